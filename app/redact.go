package app

import "regexp"

// hidden stands where something was taken out.
const hidden = "(hidden)"

// redact takes out of a text what is nobody else's business: whatever a name, a header or its shape gives away as a
// secret, whatever looks random, and all but the first letter of each address. What is left can be read.
//
// It sees texts as they come: percent-encoded, quoted, and quoted again inside another quote.
func redact(text string) string {
	text = hideNamed(text)
	text = authorization.ReplaceAllString(text, "${1}"+hidden)
	text = scheme.ReplaceAllStringFunc(text, hideCredential)
	text = shapes.ReplaceAllString(text, hidden)
	text = byteLists.ReplaceAllString(text, hidden)
	text = shortenAddresses(text)
	return hideRandom(text)
}

// percent is a percent sign as it stands after any number of encodings.
const percent = `%(?:25)*`

var (
	// shapes are those of Google's tokens, codes, client secrets and client IDs, of signed tokens, and of UUIDs, which
	// some providers use for tokens.
	shapes = regexp.MustCompile(`(?i:ya29\.)[\w.-]*[\w-]` +
		`|1(?:\\*/|` + percent + `2[Ff]){2}[\w-]+` +
		`|4(?:\\*/|` + percent + `2[Ff])[\w-]{16,}` +
		`|GOCSPX-[\w-]+` +
		`|[\w-]+\.apps\.googleusercontent\.com` +
		`|eyJ[\w-]+(?:\.[\w-]+)*` +
		`|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}`)

	// byteLists are texts as Go prints a []byte: [121 97 50 …], 0x79, 0x61, … and 79 61 32 ….
	byteLists = regexp.MustCompile(`\[(?:\d{1,3}[ ,]+){7,}\d{1,3}\]|(?:0x[0-9a-f]{1,2}, ?){7,}0x[0-9a-f]{1,2}` +
		`|\b(?:[0-9A-Fa-f]{2}[ :]){11,}[0-9A-Fa-f]{2}\b`)

	// authorization is the header (RFC 9110 section 11.6.2), however it is printed.
	authorization = regexp.MustCompile(`(?i)(authorization(?:\\*["'])?[ \t]*[=:][ \t]*\[?(?:\\*["'])?` +
		`(?:(?:bearer|basic|digest|negotiate)(?:[ +]|%20)+)?)[^\s"'\\,\]}]+`)

	// scheme is a credential that follows the name of its scheme, in a header or in a mail server's dialogue.
	scheme = regexp.MustCompile(`(?i)\b((?:bearer|basic|xoauth2|oauthbearer)(?:[ +:]|%20)+)([\w.~+/=%-]{8,})`)
)

// hideCredential takes the credential away, unless it is a word of plain prose ("basic authentication").
func hideCredential(text string) string {
	part := scheme.FindStringSubmatch(text)
	if prose.MatchString(part[2]) {
		return text
	}
	return part[1] + hidden
}

var prose = regexp.MustCompile(`^[A-Z]?[a-z]{1,15}[.]?$`)
