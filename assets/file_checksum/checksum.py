#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Takes the SHA-256 of the beginning of an image, and again to verify it. usage: checksum.py UNITS"""
import sys

INPUT = 'image.tar'
UNIT_BYTES = 96 << 10


def find_sha256():
    """The interpreter's own where it has one: hashlib brings OpenSSL, half of a small task's start."""
    for module in ('_sha2', '_sha256', 'hashlib'):
        try:
            return __import__(module).sha256
        except ImportError:
            pass
    sys.exit('checksum: no SHA-256 in this Python')


def checksum(path, units):
    """Of the first bytes of the file; after its end it begins again."""
    digest = find_sha256()()
    buffer = memoryview(bytearray(UNIT_BYTES))
    with open(path, 'rb', buffering=0) as file:
        for _ in range(units):
            filled = 0
            while filled < UNIT_BYTES:
                count = file.readinto(buffer[filled:])
                if count == 0:
                    file.seek(0)
                filled += count
            digest.update(buffer)
    return digest.hexdigest()


def main(units):
    expected = checksum(INPUT, units)
    if checksum(INPUT, units) != expected:
        sys.exit('checksum: the second reading differs from the first')
    print(f'{units * UNIT_BYTES} bytes, twice, sha256 {expected}')


if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
    sys.exit(f'usage: {sys.argv[0]} UNITS')
main(int(sys.argv[1]))
