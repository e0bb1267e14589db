// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

/* The length of the UTF-8 character at TEXT, 0 when there is none. */
static int utf8_length(const unsigned char *text)
{
	int length = text[0] < 0x80   ? 1
		     : text[0] < 0xc2 ? 0
		     : text[0] < 0xe0 ? 2
		     : text[0] < 0xf0 ? 3
		     : text[0] < 0xf5 ? 4
				      : 0;

	/* A NUL is no continuation byte, so this never reads beyond the end. */
	for (int i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;

	/* Overlong forms, surrogates, and what is beyond U+10FFFF. */
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return length;
}

void json_string(FILE *out, const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;

	fputc('"', out);
	while (*byte) {
		int length = utf8_length(byte);

		if (!length)
			fputs("\\ufffd", out);
		else if (*byte == '"' || *byte == '\\')
			fprintf(out, "\\%c", *byte);
		else if (*byte < 0x20 || *byte == 0x7f)
			fprintf(out, "\\u%04x", *byte);
		else
			fwrite(byte, 1, length, out);
		byte += length ? length : 1;
	}
	fputc('"', out);
}
