/* Prints what another program of Windows finds, in UTF-8: "look clipboard" the text on the clipboard, and then the formats
   that stand there, a line for each; "look credentials" the names of the Credential Manager's entries. */
#include <windows.h>
#include <wincred.h>
#include <stdio.h>
#include <string.h>

static void print(const wchar_t *text)
{
	char line[1 << 16];
	if (WideCharToMultiByte(CP_UTF8, 0, text, -1, line, sizeof line, NULL, NULL))
		puts(line);
}

static int clipboard(void)
{
	for (int tries = 0; !OpenClipboard(NULL); Sleep(10))
		if (++tries == 200)
			return 1;
	HANDLE text = GetClipboardData(CF_UNICODETEXT);
	print(text ? (const wchar_t *)GlobalLock(text) : L"");
	for (UINT format = 0; (format = EnumClipboardFormats(format));) {
		wchar_t name[256];
		if (GetClipboardFormatNameW(format, name, 256))
			print(name);
	}
	CloseClipboard();
	return 0;
}

static int credentials(void)
{
	DWORD count = 0;
	CREDENTIALW **all;
	if (CredEnumerateW(NULL, 0, &count, &all))
		for (DWORD i = 0; i < count; i++)
			print(all[i]->TargetName);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "clipboard"))
		return clipboard();
	if (argc == 2 && !strcmp(argv[1], "credentials"))
		return credentials();
	return 2;
}
