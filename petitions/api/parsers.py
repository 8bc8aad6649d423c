"""Reading request bodies: their size is limited, and a malformed one is a ParseError (400), never a crash (500)."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.utils.json import strict_constant

from petitions.api.errors import TooLarge


class JSONParser(parsers.JSONParser):
    """Reads JSON as UTF-8, whatever the charset parameter says (RFC 8259); DATA_UPLOAD_MAX_MEMORY_SIZE at most."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge()
        try:
            text = raw.decode()
            data = json.loads(text, parse_constant=strict_constant)
            if "\\u" in text:  # an escape may be half a surrogate pair, which cannot be encoded
                json.dumps(data, ensure_ascii=False).encode()
            return data
        except (ValueError, RecursionError) as problem:
            raise ParseError() from problem


class MultiPartParser(parsers.MultiPartParser):
    """Reads forms with files. Django limits size and number of the fields, and decides where the files are kept."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except LookupError as problem:  # a charset parameter that names no text encoding
            raise ParseError() from problem
