"""Files spoiled in their bytes, their compression and their encoding."""

import gzip
import random

PIECES = [
    b"",
    b"\n",
    b"\t",
    b",",
    b'"',
    b"\x00",
    b"\xff",
    b"NA",
    b"-1",
    b"1e99",
    b"99999999999999999999",
    b"left",
    b"56",
]


def _cut(draw: random.Random, content: bytes) -> tuple[int, int]:
    begin = draw.randrange(len(content) + 1)
    return begin, min(len(content), begin + draw.choice((0, 1, 2, 8, 64, 1024)))


def piece_replaced(draw: random.Random, content: bytes) -> bytes:
    begin, end = _cut(draw, content)
    return content[:begin] + draw.choice(PIECES) + content[end:]


def bits_flipped(draw: random.Random, content: bytes) -> bytes:
    spoiled = bytearray(content)
    for _ in range(draw.choice((1, 1, 3, 20))):
        spoiled[draw.randrange(len(spoiled))] ^= 1 << draw.randrange(8)
    return bytes(spoiled)


def tail_bits_flipped(draw: random.Random, content: bytes) -> bytes:
    """Where Parquet keeps its footer."""
    spoiled = bytearray(content)
    for _ in range(draw.choice((1, 2, 5))):
        spoiled[-draw.randrange(1, min(len(spoiled), 4000) + 1)] = draw.randrange(256)
    return bytes(spoiled)


def truncated(draw: random.Random, content: bytes) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def beginning_lost(draw: random.Random, content: bytes) -> bytes:
    return content[draw.randrange(len(content) + 1) :]


def zeroed(draw: random.Random, content: bytes) -> bytes:
    begin, end = _cut(draw, content)
    return content[:begin] + bytes(end - begin) + content[end:]


def part_repeated(draw: random.Random, content: bytes) -> bytes:
    begin, end = _cut(draw, content)
    return content[:end] + content[begin:]


def noise(draw: random.Random, content: bytes) -> bytes:
    begin, end = _cut(draw, content)
    return content[:begin] + draw.randbytes(end - begin) + content[end:]


BYTES = [piece_replaced, bits_flipped, tail_bits_flipped, truncated, beginning_lost, zeroed, part_repeated, noise]


def plain(content: bytes) -> bytes:
    """Without gzip."""
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def crlf(draw: random.Random, content: bytes) -> bytes:
    return plain(content).replace(b"\n", b"\r\n")


def cr(draw: random.Random, content: bytes) -> bytes:
    return plain(content).replace(b"\n", b"\r")


def bom(draw: random.Random, content: bytes) -> bytes:
    return b"\xef\xbb\xbf" + plain(content)


def utf16(draw: random.Random, content: bytes) -> bytes:
    return plain(content).decode().encode(draw.choice(("utf-16", "utf-16-le", "utf-32")))


def latin1(draw: random.Random, content: bytes) -> bytes:
    return plain(content).replace(b"e", "\u00e9".encode("latin-1"), draw.choice((1, 50)))


def no_last_line_end(draw: random.Random, content: bytes) -> bytes:
    return plain(content).rstrip(b"\r\n")


def empty_lines(draw: random.Random, content: bytes) -> bytes:
    return plain(content).replace(b"\n", b"\n\n", draw.choice((1, 5))) + b"\n\n"


def gzip_(draw: random.Random, content: bytes) -> bytes:
    return gzip.compress(plain(content))


def gzip_members(draw: random.Random, content: bytes) -> bytes:
    whole = plain(content)
    at = draw.randrange(len(whole) + 1)
    return gzip.compress(whole[:at]) + gzip.compress(whole[at:])


def gzip_twice(draw: random.Random, content: bytes) -> bytes:
    return gzip.compress(gzip.compress(plain(content)))


def gzip_spoiled(draw: random.Random, content: bytes) -> bytes:
    how = draw.choice((truncated, bits_flipped, tail_bits_flipped, part_repeated, noise))
    return how(draw, gzip.compress(plain(content)))


def gzip_and_junk(draw: random.Random, content: bytes) -> bytes:
    return gzip.compress(plain(content)) + draw.choice((b"junk", bytes(512), b"\x1f\x8b"))


gzip_.__name__ = "gzip"
TEXT = [crlf, cr, bom, utf16, latin1, no_last_line_end, empty_lines]
TEXT += [gzip_, gzip_members, gzip_twice, gzip_spoiled, gzip_and_junk]
