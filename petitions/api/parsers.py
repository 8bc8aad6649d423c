"""Reading request bodies: bounded, and every malformed one is a ParseError (400), never an accident (500)."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.utils.json import strict_constant

from petitions.api.errors import TooLarge


class JSONParser(parsers.JSONParser):
    """JSON is UTF-8 whatever the charset parameter says (RFC 8259); at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge()
        try:
            text = raw.decode()
            data = json.loads(text, parse_constant=strict_constant)
            if "\\u" in text:  # half a surrogate pair can be escaped, but is no character: it cannot be written back
                json.dumps(data, ensure_ascii=False).encode()
            return data
        except (ValueError, RecursionError) as problem:
            raise ParseError() from problem


class MultiPartParser(parsers.MultiPartParser):
    """Forms with files; Django bounds their fields, their number and where the bytes go."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except LookupError as problem:  # a charset parameter that names no text encoding
            raise ParseError() from problem
