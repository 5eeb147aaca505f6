#!/usr/bin/env python3
"""Checks Vienkopus receipt codes, from docs/formats/receipt.md alone and with nothing but the standard library.

    verify.py VECTORS.json          answers to every vector, as JSON
    verify.py KEYS.json CODE...     what each code says, checked now

This is the third verifier: it shares no line and no author's library with the Go package and the web page, so that the
three agree because of the format and not because of a common mistake.
"""

import base64
import datetime
import hashlib
import json
import re
import sys

# --- Ed25519, verification only (RFC 8032, section 5.1.7) ---------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    """Adds two points in extended coordinates (X, Y, Z, T)."""
    m = (a[1] - a[0]) * (b[1] - b[0]) % P
    n = (a[1] + a[0]) * (b[1] + b[0]) % P
    o = 2 * a[3] * b[3] * D % P
    q = 2 * a[2] * b[2] % P
    e, f, g, h = n - m, q - o, q + o, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def decompress(data):
    """Returns the point of 32 bytes, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def compress(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signature_holds(public, message, signature):
    """Without the cofactor: R must be the very bytes of S·B − k·A."""
    key = decompress(public)
    s = int.from_bytes(signature[32:], "little")
    if key is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus = (P - key[0], key[1], key[2], P - key[3])
    return compress(add(multiply(s, BASE), multiply(k, minus))) == signature[:32]


# --- the format -----------------------------------------------------------------------------------------------------

VERDICTS = {"ok": "valid", "newer": "uncertain", "unknown_key": "uncertain", "compromised": "uncertain", "future": "uncertain"}
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
CHECK_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
MOST = 2**32 - 1


class Refused(Exception):
    @property
    def reason(self):
        return self.args[0]


def require(holds, reason):
    if not holds:
        raise Refused(reason)


def base45(text):
    data = bytearray()
    for i in range(0, len(text), 3):
        group = [ALPHABET.index(c) for c in text[i : i + 3]]
        require(len(group) > 1, "base45")
        n = sum(digit * 45**place for place, digit in enumerate(group))
        require(n < 256 ** (len(group) - 1), "base45")
        data += n.to_bytes(len(group) - 1, "big")
    return bytes(data)


class Map(list):
    """The pairs of a map, in their order."""


def cbor(data):
    value, end = cbor_at(data, 0, 0)
    require(end == len(data), "trailing")
    return value


def cbor_at(data, at, depth):
    """Reads one value in the deterministic encoding: int, bytes, str, list or Map. Returns it and where it ends."""
    require(at < len(data), "cbor")
    major, info = data[at] >> 5, data[at] & 31
    require(major <= 5 and info <= 27, "cbor")
    at += 1
    n = info
    if info >= 24:
        size = 1 << info - 24
        require(at + size <= len(data), "cbor")
        n = int.from_bytes(data[at : at + size], "big")
        require(n >= (24, 2**8, 2**16, 2**32)[info - 24], "canonical")
        at += size
    if major == 0:
        return n, at
    if major == 1:
        return -1 - n, at
    require(n <= len(data) - at, "cbor")
    if major == 2:
        return data[at : at + n], at + n
    if major == 3:
        try:
            return data[at : at + n].decode("utf-8"), at + n
        except UnicodeDecodeError:
            raise Refused("cbor") from None
    require(depth < 4, "cbor")
    found, last = (Map() if major == 5 else []), None
    for _ in range(n):
        start = at
        value, at = cbor_at(data, at, depth + 1)
        if major == 5:
            key = data[start:at]
            require(key != last, "duplicate")
            require(last is None or key > last, "canonical")
            last = key
            second, at = cbor_at(data, at, depth + 1)
            value = (value, second)
        found.append(value)
    return found, at


def head(major, n):
    """Writes the head of a string or array, which is all that the signed structure needs."""
    for info, size in ((24, 1), (25, 2)):
        if n < 24:
            return bytes([major << 5 | n])
        if n < 256**size:
            return bytes([major << 5 | info]) + n.to_bytes(size, "big")
    raise ValueError("longer than a receipt can be")


def sig_structure(protected, payload):
    parts = [head(3, 10) + b"Signature1"] + [head(2, len(part)) + part for part in (protected, b"", payload)]
    return head(4, 4) + b"".join(parts)


def read_headers(protected, unprotected):
    headers = cbor(protected)
    require(isinstance(headers, Map), "cose")
    values = dict((key, value) for key, value in headers if isinstance(key, int))
    require(2 not in values and all(key != 2 for key, _ in unprotected), "critical")
    require(values.get(1) == -8 and isinstance(values.get(1), int), "algorithm")
    kid = values.get(4)
    require(isinstance(kid, bytes) and len(kid) == 4, "header")
    require(len(headers) == 2 and not unprotected, "header")
    return kid.hex()


def within(value, least, most):
    return isinstance(value, int) and least <= value <= most


def matches(value, pattern, limit):
    return isinstance(value, str) and len(value) <= limit and re.fullmatch(pattern, value, re.ASCII) is not None


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_payload(data):
    fields = cbor(data)
    require(isinstance(fields, list) and not isinstance(fields, Map) and fields, "payload")
    require(isinstance(fields[0], int) and fields[0] >= 0, "payload")
    require(fields[0] == 1, "version")
    require(len(fields) == 13, "payload")
    _, kind, node, series, number, at, creditor, currency, total, tenders, about, previous, copy = fields
    group = "[A-Z0-9]+"
    copied = copy if isinstance(copy, list) and not isinstance(copy, Map) else [0, 0] if copy == 0 and isinstance(copy, int) else []
    sound = (
        within(kind, 1, 3)
        and matches(node, f"{group}(-{group})+", 12)
        and matches(series, f"{group}([-/]{group})*", 16)
        and within(number, 1, MOST)
        and within(at, 1, MOST)
        and matches(creditor, f"{group}(-{group})*", 12)
        and not matches(creditor, "[0-3][0-9]{10}", 11)
        and matches(currency, "[A-Z]{3}", 3)
        and within(total, 1, MOST)
        and isinstance(tenders, Map)
        and 1 <= len(tenders) <= 3
        and all(within(tender, 1, 23) and within(amount, 1, MOST) for tender, amount in tenders)
        and isinstance(about, bytes)
        and isinstance(previous, bytes)
        and (previous == b"" if number == 1 else len(previous) == 10 and any(previous))
        and len(copied) == 2
        and (copy == 0 or within(copied[0], 1, 255) and within(copied[1], at, MOST))
    )
    require(sound, "payload")
    bills = []
    if kind == 1:
        bills = [about[i : i + 3].hex() for i in range(0, len(about), 3)]
        require(len(about) % 3 == 0 and len(bills) <= 6 and bills == sorted(bills), "payload")
    else:
        require(len(about) == 10 and any(about), "payload")
    require(sum(amount for _, amount in tenders) == total, "sum")
    names = {1: "cash", 2: "card", 3: "transfer"}
    receipt = {
        "kind": (None, "payment", "refund", "void")[kind],
        "node": node,
        "series": series,
        "number": number,
        "at": stamp(at),
        "creditor": creditor,
        "currency": currency,
        "total": total,
        "tenders": {names.get(tender, f"tender-{tender}"): amount for tender, amount in tenders},
        "bills": bills,
        "original": about.hex() if kind != 1 else "",
        "previous": previous.hex(),
        "copy": copied[0],
    }
    if copied[0]:
        receipt["copied_at"] = stamp(copied[1])
    return receipt, at, copied[1] or at


def link(payload):
    """The hash that the next receipt names: of the payload as the original has it."""
    fields = [start for start in field_starts(payload)]
    original = payload[: fields[12]] + b"\0"
    return hashlib.sha256(b"VK1 link\n" + original).hexdigest()[:20]


def field_starts(payload):
    at = 1
    for _ in range(13):
        yield at
        _, at = cbor_at(payload, at, 1)


def check_code(signed):
    n = int.from_bytes(hashlib.sha256(b"VK1 check code\n" + signed).digest()[:8], "big")
    digits = [n // 31**place % 31 for place in range(10, -1, -1)]
    digits.append(-sum((i + 2) * digit for i, digit in enumerate(digits)) % 31)
    text = "".join(CHECK_ALPHABET[digit] for digit in digits)
    return "-".join((text[:4], text[4:8], text[8:]))


def pays(receipt, at, reference, cents):
    plain = b"".join(bytes([c]).upper() for c in reference.encode() if c >= 128 or bytes([c]).isalnum())
    first = f"VK1 bill\n{receipt['series']}\n{receipt['number']}\n{at}\n".encode()
    return hashlib.sha256(first + plain + f"\n{cents}".encode()).hexdigest()[:6] in receipt["bills"]


class Keys:
    def __init__(self, document):
        if document["format"] != "vienkopus-receipt-keys-1":
            raise ValueError("not a list of receipt keys")
        self.keys = {}
        for key in document["keys"]:
            public = base64.urlsafe_b64decode(key["x"] + "=")
            if hashlib.sha256(public).hexdigest()[:8] != key["kid"]:
                raise ValueError("a key with another id: " + key["kid"])
            self.keys[key["node"], key["kid"]] = (public, moment(key["from"]), moment(key["to"]), "compromised" in key)


def moment(text):
    return int(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp())


def check(code, keys, now):
    """Returns the reason, and what the code says where it can be read."""
    said = None
    try:
        if not code.startswith("VK1:"):
            raise Refused("newer" if re.match(r"VK([2-9]|[1-9][0-9]):", code) else "prefix")
        require(all(c in ALPHABET for c in code[4:]), "alphabet")
        require(len(code) <= 310, "too_long")
        signed = base45(code[4:])
        require(signed[:1] == b"\xd2", "cose")
        parts = cbor(signed[1:])
        shape = [type(part) for part in parts] if isinstance(parts, list) else []
        require(shape == [bytes, Map, bytes, bytes] and type(parts) is list and len(parts[3]) == 64, "cose")
        protected, unprotected, payload, signature = parts
        kid = read_headers(protected, unprotected)
        receipt, at, signed_at = read_payload(payload)
        said = {"receipt": receipt, "at": at, "check_code": check_code(signed), "link": link(payload)}
        require((receipt["node"], kid) in keys.keys, "unknown_key")
        public, begins, ends, compromised = keys.keys[receipt["node"], kid]
        require(signature_holds(public, sig_structure(protected, payload), signature), "signature")
        require(not compromised, "compromised")
        require(begins <= signed_at < ends, "key_date")
        require(signed_at <= now + 600, "future")
        return "ok", said
    except Refused as refused:
        return refused.reason, said


def answer(code, keys, now, questions=()):
    reason, said = check(code, keys, now)
    verdict = VERDICTS.get(reason, "invalid")
    result = {"verdict": verdict, "reason": reason, "pays": []}
    if said and verdict != "invalid":
        result.update({name: said[name] for name in ("receipt", "check_code", "link")})
        result["pays"] = [pays(said["receipt"], said["at"], q["reference"], q["amount"]) for q in questions]
    return result


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    if len(sys.argv) == 2:
        keys = Keys(document["keys"])
        answers = [answer(v["code"], keys, moment(v["at"]), v.get("bills", ())) for v in document["vectors"]]
        json.dump(answers, sys.stdout)
        return
    now = int(datetime.datetime.now(datetime.timezone.utc).timestamp())
    for code in sys.argv[2:]:
        print(json.dumps(answer(code, Keys(document), now), indent=2))


if __name__ == "__main__":
    main()
