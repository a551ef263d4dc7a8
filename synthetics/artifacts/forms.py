"""How one secret can look in files: as it is, escaped for URLs, JSON and HTML, and inside base64."""

import base64
import json
import re
from html.entities import html5
from itertools import groupby
from urllib.parse import quote

#: Escaping within escaping (JSON in JSON in HTML) doubles backslashes each time; three times are followed.
_DEEPEST = 8

#: One backslash, plain or in a URL, and more of them.
_SLASH = (rb"\\", b"%(?:25)*5[cC]")
_MORE_SLASHES = b"(?:" + b"|".join(_SLASH) + b"){0,%d}" % (_DEEPEST - 1)

#: What JSON, Python and JavaScript write behind a backslash instead of the character itself.
_SHORT = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}

#: What no form changes.
_ROW = re.compile("[A-Za-z0-9]+")

_NAMES: dict[str, list[str]] = {}
for _name, _text in html5.items():
    if _name.endswith(";"):
        _NAMES.setdefault(_text, []).append(_name)


def pattern_of(secret: str) -> bytes:
    """A regular expression, for bytes, that matches every form of a secret.

    Letters and digits stand for themselves, since nothing that escapes text changes them; any other character may be
    escaped in each place in another way. Each branch begins with a literal, which lets ``re`` skip at the speed of C
    over everything that cannot be a beginning.

    Args:
        secret: Not empty.
    """
    plain = _branches(_plain(secret))
    coded = [_branches([_base64_alternatives(character) for character in text]) for text in _coded(secret)]
    return b"|".join((plain, *coded))


def needles_of(secret: str) -> tuple[bytes, ...]:
    """Pieces of which one at least stands in every text that holds a form of a secret.

    Letters and digits stand for themselves in each form, so these are the longest rows of them. Looking for a few plain
    pieces costs a thousandth of making the regular expression, which a secret of one day is hardly ever worth.

    Args:
        secret: Not empty.
    """
    return tuple({_longest_row(text) for text in (secret, *_coded(secret))})


def _longest_row(text: str) -> bytes:
    return max(_ROW.findall(text), key=len, default="").encode()


def _coded(secret: str) -> list[str]:
    """The characters of base64 that tell a secret, which may be escaped first, such as JSON inside a token."""
    sources = dict.fromkeys(
        (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret, safe=""))
    )
    return [text for source in sources for text in _base64_middles(source.encode("utf-8", "surrogatepass"))]


def _plain(secret: str) -> list[list[bytes]]:
    """For each character of a secret, or row of backslashes in it, every way in which it can look."""
    parts: list[list[bytes]] = []
    behind_a_backslash = False
    for character, group in groupby(secret):
        count = len(list(group))
        if character == "\\":
            parts.append(_backslashes(count))
        else:
            parts.append(_after_a_backslash(character) if behind_a_backslash else _alternatives(character))
            parts.extend([_alternatives(character)] * (count - 1))
        behind_a_backslash = character == "\\"
    return parts


def _branches(alternatives: list[list[bytes]]) -> bytes:
    """One branch for each way in which the first character can look, all with the same rest."""
    first, *others = alternatives
    rest = b"".join(_one_of(each) for each in others)
    return b"|".join(each + rest for each in first)


def _one_of(alternatives: list[bytes]) -> bytes:
    return alternatives[0] if len(alternatives) == 1 else b"(?:" + b"|".join(alternatives) + b")"


def _alternatives(character: str) -> list[bytes]:
    """Every way in which a character can look; each begins with a literal."""
    if character.isascii() and character.isalnum():
        return [character.encode()]
    bare = _bare(character)
    escaped = _MORE_SLASHES + _one_of([*bare, *_behind_a_backslash(character)])
    return [*bare, *(slash + escaped for slash in _SLASH)]


def _after_a_backslash(character: str) -> list[bytes]:
    """The same where a row of backslashes comes first, which takes in those that escape the character."""
    if character.isascii() and character.isalnum():
        return [character.encode()]
    return [*_bare(character), *_behind_a_backslash(character)]


def _bare(character: str) -> list[bytes]:
    octets = character.encode("utf-8", "surrogatepass")
    ways = [re.escape(octets), _percent(octets), *_entities(character)]
    return [*ways, rb"\+", _percent(b"+")] if character == " " else ways


def _backslashes(count: int) -> list[bytes]:
    """So many backslashes, doubled or not; an endless row of them is not read to its end from each place in it."""
    ways = [*_SLASH, *_entities("\\")]
    again = _one_of(ways) + b"{%d,%d}" % (count - 1, (count + 1) * _DEEPEST)
    return [way + again for way in ways]


def _behind_a_backslash(character: str) -> list[bytes]:
    """What JSON, JavaScript and Python write behind a backslash: numbers, and short names."""
    octets = character.encode("utf-8", "surrogatepass")
    units = character.encode("utf-16-be", "surrogatepass")
    slashes = _one_of(list(_SLASH)) + _MORE_SLASHES
    ways = [
        slashes.join(b"[uU]" + _hex(units[place : place + 2]) for place in range(0, len(units), 2)),
        slashes.join(b"x" + _hex(octets[place : place + 1]) for place in range(len(octets))),
    ]
    if character in _SHORT:
        ways.append(_SHORT[character].encode())
    if ord(character) in range(0x80, 0x100):  # Python's repr of what cannot be shown, here and in the next
        ways.append(b"x" + _hex(bytes([ord(character)])))
    if ord(character) > 0xFFFF:  # noqa: PLR2004  the last that four digits can name
        ways.append(b"U" + _hex_digits(f"{ord(character):08x}"))
    return ways


def _percent(octets: bytes) -> bytes:
    """As URLs have it, also when they are quoted again (``%2520``)."""
    return b"".join(b"%(?:25)*" + _hex(octets[place : place + 1]) for place in range(len(octets)))


def _entities(character: str) -> list[bytes]:
    """As HTML has it, by number or name, also when it is escaped again (``&amp;lt;``) or put into a URL."""
    names = [re.escape(name.removesuffix(";")).encode() for name in _NAMES.get(character, ())]
    number = b"(?:#|%(?:25)*23)(?:0*" + b"%d|[xX]0*" % ord(character) + _hex_digits(f"{ord(character):x}") + b")"
    end = b"(?:;|%(?:25)*3[bB])"
    rest = b"(?:amp" + end + b")*" + _one_of([number, *names]) + end
    return [b"&" + rest, b"%(?:25)*26" + rest]


def _base64_middles(octets: bytes) -> list[str]:
    """The characters of base64 that the octets alone decide, for each of the three places they can begin at."""
    middles = []
    for before in range(3):
        text = base64.b64encode(bytes(before) + octets).decode()
        begin = -(-before * 8 // 6)
        middles.append(text[begin : (before + len(octets)) * 8 // 6])
    return middles


def _base64_alternatives(character: str) -> list[bytes]:
    if character == "+":
        return [*_alternatives("+"), b"-"]
    if character == "/":
        return [*_alternatives("/"), b"_"]
    return [character.encode()]


def _hex(octets: bytes) -> bytes:
    return _hex_digits(octets.hex())


def _hex_digits(digits: str) -> bytes:
    return "".join(f"[{each}{each.upper()}]" if each.isalpha() else each for each in digits).encode()
