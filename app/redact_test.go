package app

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

const jwt = "eyJhbGciOiJFUzI1NiJ9.eyJrIjoiYSJ9.MEUCIQDk"

// random is what oauth2.GenerateVerifier makes.
const random = "Zk3vXW-0aQpL_r9sTtUu1B2c3D4e5F6g7H8i9J0kLmN"

func TestSecretsAreBlackedOut(t *testing.T) {
	for text, want := range map[string]string{
		"got ya29.a0AfH6SMB-x_y.z end":                     "got (hidden) end",
		"refresh 1//0gabcDEF-_x.":                          "refresh (hidden).",
		"refresh 1%2F%2F0gabcDEF-_x.":                      "refresh (hidden).",
		`refresh 1\/\/0gabcDEF-_x.`:                        "refresh (hidden).",
		"code 4/0AX4XfWh-abcdefghijk!":                     "code (hidden)!",
		"code 4%252F0AX4XfWh-abcdefgh!":                    "code (hidden)!",
		"secret GOCSPX-abc_DEF-123,":                       "secret (hidden),",
		"signed " + jwt:                                    "signed (hidden)",
		"client 1234567890-abc.apps.googleusercontent.com": "client (hidden)",
		"token 9b2f0c4e-1111-4a2b-8888-123412341234":       "token (hidden)",

		"http://127.0.0.1:1/callback?code=abc&state=xyz&scope=mail":         "http://127.0.0.1:1/callback?code=(hidden)&state=(hidden)&scope=mail",
		`post "refresh_token=a%2Fb&client_id=me" failed`:                    `post "refresh_token=(hidden)&client_id=me" failed`,
		"access_token=a id_token=b client_secret=c code_verifier=d token=e": "access_token=(hidden) id_token=(hidden) client_secret=(hidden) code_verifier=(hidden) token=(hidden)",
		"to=http%3A%2F%2Fh%3Fcode%3Dabc%26state%3Dxyz%26x%3D1":              "to=http%3A%2F%2Fh%3Fcode%3D(hidden)%26state%3D(hidden)%26x%3D1",
		"to%3Dh%253Fcode%253Dabc%2526state%253Dxyz":                         "to%3Dh%253Fcode%253D(hidden)%2526state%253D(hidden)",
		`{"url":"http://h?x=1\u0026state=xyz\u0026y=2"}`:                    `{"url":"http://h?x=1\u0026state=(hidden)\u0026y=2"}`,
		`{"client_secret":"a b","x":"y"}`:                                   `{"client_secret":"(hidden)","x":"y"}`,
		`{"client_secret" : "a\"b c", "x":"y"}`:                             `{"client_secret" : "(hidden)", "x":"y"}`,
		`err="{\"client_secret\":\"a\\\"b c\",\"x\":1}"`:                    `err="{\"client_secret\":\"(hidden)\",\"x\":1}"`,
		`err="{\\\"state\\\":\\\"a b\\\",\\\"x\\\":1}"`:                     `err="{\\\"state\\\":\\\"(hidden)\\\",\\\"x\\\":1}"`,
		`{"state":"never ends` + "\nnext line":                              `{"state":"(hidden)` + "\nnext line",
		"{AccessToken:abc TokenType:Bearer Code:x}":                         "{AccessToken:(hidden) TokenType:Bearer Code:(hidden)}",
		`Token{AccessToken:"abc", Scope:"x"}`:                               `Token{AccessToken:"(hidden)", Scope:"x"}`,
		"map[code:[abc] state:[xyz] scope:[mail]]":                          "map[code:[(hidden)] state:[(hidden)] scope:[mail]]",
		"client_secret: abc":                                                "client_secret: (hidden)",
		"group.code=abc":                                                    "group.code=(hidden)",

		"Authorization: Bearer abc":                              "Authorization: Bearer (hidden)",
		"Authorization: Basic YTpi, next":                        "Authorization: Basic (hidden), next",
		"map[Authorization:[Bearer a.b+c/d=]]":                   "map[Authorization:[Bearer (hidden)]]",
		`{"authorization":"Bearer abc"}`:                         `{"authorization":"Bearer (hidden)"}`,
		"Bearer 0123456+89/abcdef==":                             "Bearer (hidden)",
		"AUTHENTICATE XOAUTH2 dXNlcj1h+/8=":                      "AUTHENTICATE XOAUTH2 (hidden)",
		"user=al@x.org\\x01auth=Bearer abc123456\\x01":           "user=a***@x.org\\x01auth=Bearer (hidden)\\x01",
		"[121 97 50 57 46 97 48 65 102]":                         "(hidden)",
		"[]byte{0x79, 0x61, 0x32, 0x39, 0x2e, 0x61, 0x30, 0x41}": "[]byte{(hidden)}",

		random:                                  "(hidden)",
		"(" + random + ").":                     "((hidden)).",
		`\n` + random:                           `\n(hidden)`,
		"/folder/" + random + "/file":           "/folder/(hidden)/file",
		"x%3D" + random + "%26y":                "x%3D(hidden)%26y",
		"grant PQ4GFNCRXJ7XVHJ2OTKJPBRWZA used": "grant (hidden) used",
		"subject 104853298710293847561":         "subject (hidden)",
		base64.StdEncoding.EncodeToString([]byte("user=a@b.org\x01auth=Bearer " + jwt + "\x01\x01")): "(hidden)",
	} {
		got := redact(text)
		if got != want {
			t.Errorf("%q becomes\n%q, want\n%q", text, got, want)
		}
		if again := redact(got); again != got {
			t.Errorf("%q becomes %q when it is redacted again", got, again)
		}
	}
}

func TestAddressesAreShortened(t *testing.T) {
	for text, want := range map[string]string{
		"alice@gmail.com":                     "a***@gmail.com",
		"to <alice.b+c@mail.example.org>, no": "to <a***@mail.example.org>, no",
		"login_hint=alice%40gmail.com&x=1":    "login_hint=a***%40gmail.com&x=1",
		"hint%3Dalice%2540gmail.com%26x":      "hint%3Da***%2540gmail.com%26x",
		"“élodie@postée.fr”":                  "“é***@postée.fr”",
		"%C3%A9lodie%40gmail.com":             "é***%40gmail.com",
		`"alice\u0040gmail.com"`:              `"a***\u0040gmail.com"`,
		`two\nalice@gmail.com`:                `two\na***@gmail.com`,
		"alice@localhost":                     "a***@localhost",
		"o'hara@gmail.com":                    "o***@gmail.com",
		"mailto:alice@gmail.com.":             "mailto:a***@gmail.com.",
		"https://me:x@host/path":              "https://me:x***@host/path",
		"fyne.io/fyne/v2@v2.8.1/app":          "fyne.io/fyne/v2@v2.8.1/app",
	} {
		got := redact(text)
		if got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		if again := redact(got); again != got {
			t.Errorf("%q becomes %q when it is redacted again", got, again)
		}
	}
	for label, want := range map[string]string{"alice@gmail.com": "a***@gmail.com", "Alice Smith": "A***", "": "***", "@x": "***@x"} {
		if got := shortAddress(label); got != want {
			t.Errorf("%q is shortened to %q, want %q", label, got, want)
		}
	}
}

// What a person or a helper needs to read stays as it is.
func TestOrdinaryLinesStayReadable(t *testing.T) {
	for _, text := range []string{
		"nothing to hide", "4/5 of 1/2 pages", "",
		`time=2026-11-24T19:00:00.123+01:00 level=WARN msg="sign-in not finished" err="could not exchange the authorization code: the provider refuses the client: status 401 invalid_client"`,
		"put aside as accounts.json.damaged-20261124T190000.000",
		"the account list was damaged and put aside: accounts.json.damaged-20261124T190000.000 (unexpected end of JSON input)",
		"could not read the refresh token: keychain: get: the keychain is locked",
		"could not read the client secret: no such entry in the keychain",
		"the provider asks for a new sign-in: status 400 invalid_grant (invalid_rapt)",
		`Get "https://accounts.google.com/.well-known/openid-configuration": dial tcp: lookup accounts.google.com on 127.0.0.53:53: server misbehaving`,
		"dial tcp 142.250.185.77:443: connect: network is unreachable",
		"read tcp [2a00:1450:4001:81b::200d]:54321->[2a00:1450:4001:81b::200d]:443: i/o timeout",
		"open /etc/xdg/tokentray/127.0.0.1_45123-a1b2c3d4/accounts.json: permission denied",
		"dial unix /run/user/1000/bus: connect: no such file or directory",
		"The name org.freedesktop.secrets was not provided by any .service files",
		"org.freedesktop.DBus.Error.ServiceUnknown", "org.kde.StatusNotifierWatcher", "app.tokentray.TokenTray",
		"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions", "userRateLimitExceeded", "admin_policy_enforced",
		"the browser could not be opened: xdg-open failed: exit status 3", "status code: 403", "exit_code=1", "error_code=7",
		"tls: failed to verify certificate: x509: certificate signed by unknown authority",
		"https://mail.google.com/ https://www.googleapis.com/auth/gmail.modify openid email urn:ietf:wg:oauth:2.0:oob",
		"scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fgmail.modify%20openid",
		"basic authentication failed", "bearer something.", "go1.26.0 linux/amd64 v2.8.1",
		"/usr/lib/x86_64-linux-gnu/libwayland-client.so.0", "TestTokensLiveInTheKeychain", "internationalization",
	} {
		if got := redact(text); got != text {
			t.Errorf("%q becomes\n%q", text, got)
		}
	}
}

// Whatever a provider draws its secrets from.
func TestRandomTextNeverStays(t *testing.T) {
	const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for name, letters := range map[string]string{
		"base64url": base64url, "base64": base64url[:62] + "+/", "base32": base64url[:26] + "234567",
		"hex": "0123456789abcdef", "alphanumeric": base64url[:62], "base36": base64url[26:62], "digits": "0123456789",
		"RFC 7636": base64url + ".~",
	} {
		t.Run(name, func(t *testing.T) {
			least := 32
			if name == "base64" {
				least = 64 // a short one can look like a path
			}
			for range 500 {
				secret := make([]byte, least+rand.IntN(201-least))
				for i := range secret {
					secret[i] = letters[rand.IntN(len(letters))]
				}
				around := [][2]string{{}, {"x ", "."}, {`"`, `"`}, {"k=", "&"}, {`\n`, `\"`}, {"/", "/"}, {"k%3D", "%26"}, {"[", "]"}}[rand.IntN(8)]
				text := around[0] + string(secret) + around[1]
				if got := redact(text); pieceOf(string(secret), 12, got) != "" {
					t.Fatalf("%q becomes %q", text, got)
				}
			}
		})
	}
}

// Whatever stands around it: no rule may cut a secret so that the next one does not know it any more.
func TestRandomTextNeverStaysInAJumble(t *testing.T) {
	jumble := strings.Split(`state|=|:|"|\|%|25|3D|2F|26|@|%40|alice|gmail.com|.|-|_|+|/| |Bearer |Authorization: |`+
		`(hidden)|***|é|1//0abc|eyJab.|\n|[|]|{|}|A|7|'|code|token|x9|`+"\n|\xff|"+random, "|")
	for range 5000 {
		var text strings.Builder
		for range 1 + rand.IntN(7) {
			text.WriteString(jumble[rand.IntN(len(jumble))])
		}
		text.WriteString(random)
		for range rand.IntN(7) {
			text.WriteString(jumble[rand.IntN(len(jumble))])
		}
		got := redact(text.String())
		if pieceOf(random, 12, got) != "" || strings.Contains(got, "alice@gmail.com") {
			t.Fatalf("%q becomes %q", text.String(), got)
		}
	}
}

// pieceOf finds a piece of so many bytes of a secret in a text; empty: there is none.
func pieceOf(secret string, length int, text string) string {
	for i := 0; i+length <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+length]) {
			return secret[i : i+length]
		}
	}
	return ""
}
