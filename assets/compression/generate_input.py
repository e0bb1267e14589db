#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Makes a tar archive of a web site's files, of mixed kinds and sizes, always the same.

usage: generate_input.py OUT.tar BYTES     BYTES: of all the files together, at least
"""
import io
import random
import sys
import tarfile

WORDS = 4000
SMALLEST, LARGEST = 1 << 10, 64 << 10


class Writer:
    """Makes contents out of words that are as unequally frequent as those of a language."""

    def __init__(self, rng):
        self.rng = rng
        letters = 'eeeeaaaiioouutttnnnsssrrrlldcmpgbhfvky'
        self.words = [''.join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(WORDS)]
        total, self.frequency = 0.0, []
        for rank in range(1, WORDS + 1):
            total += 1 / rank
            self.frequency.append(total)

    def text(self, count):
        return self.rng.choices(self.words, cum_weights=self.frequency, k=count)

    def page(self):
        title, *words = self.text(self.rng.randint(40, 120))
        return f'<section id="{title}">\n  <h2>{title}</h2>\n  <p>{" ".join(words)}.</p>\n</section>\n'

    def script(self):
        name, first, second, method = self.text(4)
        value = self.rng.randint(0, 999)
        return (f'export function {name}({first}, {second}) {{\n  if ({first}.{method} > {value}) '
                f'return {second};\n  return {first}.{method}({second}, {value});\n}}\n\n')

    def table(self):
        number = self.rng.randint(0, 10**6)
        return f'{number},{" ".join(self.text(2))},{number % 977 / 100:.2f},{self.text(1)[0]}\n'

    def records(self):
        name, city = self.text(2)
        return f'{{"id": {self.rng.randint(0, 10**6)}, "name": "{name}", "city": "{city}"}}\n'

    def file(self, kind, size):
        if kind == 'png':
            return b'\x89PNG\r\n\x1a\n' + self.rng.randbytes(size - 8)
        make = {'html': self.page, 'js': self.script, 'csv': self.table, 'json': self.records}[kind]
        parts, length = [], 0
        while length < size:
            parts.append(make())
            length += len(parts[-1])
        return ''.join(parts)[:size].encode()


def main(path, total):
    writer = Writer(random.Random(2026))
    kinds = ['html', 'js', 'csv', 'json', 'png']
    with tarfile.open(path, 'w', format=tarfile.USTAR_FORMAT) as archive:
        written = index = 0
        while written < total:
            # Small files are the many, large ones the most bytes; every kind in every five.
            if index % len(kinds) == 0:
                writer.rng.shuffle(kinds)
            kind = kinds[index % len(kinds)]
            size = int(SMALLEST * (LARGEST / SMALLEST) ** writer.rng.random())
            info = tarfile.TarInfo(f'site/{index // 50:02d}/{writer.text(1)[0]}-{index:04d}.{kind}')
            info.size = size
            archive.addfile(info, io.BytesIO(writer.file(kind, size)))
            written += size
            index += 1


main(sys.argv[1], int(sys.argv[2]))
