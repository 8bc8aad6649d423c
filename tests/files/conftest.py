from tests.pages.conftest import sign_in  # noqa: F401  # a fixture
