#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Compresses the beginning of an archive as gzip does at level 9. usage: compress.py UNITS"""
import sys
import zlib

INPUT = 'site.tar'
UNIT_BYTES = 16 << 10
GZIP_FORMAT = 31


def blocks(path, count):
    """The first `count` blocks of the file; after its end it begins again."""
    with open(path, 'rb', buffering=0) as file:
        for _ in range(count):
            block = file.read(UNIT_BYTES)
            while len(block) < UNIT_BYTES:
                file.seek(0)
                block += file.read(UNIT_BYTES - len(block))
            yield block


def main(units):
    packer = zlib.compressobj(9, zlib.DEFLATED, GZIP_FORMAT)
    size = crc = 0

    def put(packed):
        nonlocal size, crc
        size += len(packed)
        crc = zlib.crc32(packed, crc)

    for block in blocks(INPUT, units):
        put(packer.compress(block))
    put(packer.flush())
    print(f'{units * UNIT_BYTES} bytes, {size} compressed, crc32 {crc:08x}')


if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
    sys.exit(f'usage: {sys.argv[0]} UNITS')
main(int(sys.argv[1]))
