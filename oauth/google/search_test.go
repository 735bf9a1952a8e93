package google_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth/google"
)

func TestSearchFindsEachRowByEachCode(t *testing.T) {
	for _, want := range google.Troubles {
		for _, code := range want.Codes {
			for _, text := range []string{code, strings.ToUpper(code), " \n" + code + "\r\n", "Error 400: " + code, "(" + code + ")."} {
				if strings.ToUpper(code) == code && !strings.Contains(code, "_") && strings.Contains(text, "400") {
					continue // a word like UNAVAILABLE is no sign among others
				}
				if !found(google.Search(text), want.Title) {
					t.Errorf("%q does not find %q", text, want.Title)
				}
			}
			first := google.Search(code)[0]
			if !slices.Contains(first.Codes, code) && strings.ContainsAny(code, "_") {
				t.Errorf("%q finds %q first", code, first.Title)
			}
		}
	}
}

func TestSearchFindsEachRowByEachPhrase(t *testing.T) {
	for _, want := range google.Troubles {
		for _, says := range want.Says {
			lines := strings.ReplaceAll(says, " ", " \r\n  ")
			for _, text := range []string{says, strings.ToUpper(says), strings.ReplaceAll(says, "'", "’"), lines, strings.ReplaceAll(says, " ", "\u200b \u00ad"), "Access blocked: My Tool " + says + "!"} {
				if !found(google.Search(text), want.Title) {
					t.Errorf("%q does not find %q", text, want.Title)
				}
			}
		}
	}
}

func found(rows []google.Trouble, title string) bool {
	return slices.ContainsFunc(rows, func(t google.Trouble) bool { return t.Title == title })
}

// errorPage is what stands on one of Google's error pages, with its address.
func errorPage(heading, words, code string) string {
	blob := "\n" + fmt.Sprintf("%c", len(code)) + code + "\x12\xb0\x01" + words + "\x20\x91\x03"
	return "https://accounts.google.com/signin/oauth/error/v2?authError=" + url.QueryEscape(base64.URLEncoding.EncodeToString([]byte(blob))) +
		"&flowName=GeneralOAuthFlow&client_id=" + id + "\r\n" +
		"Sign in with Google\r\n\r\nAccess blocked: " + heading + "\r\n\r\nalice@gmail.com\r\n\r\n" + words +
		"\r\nLearn more about this error\r\nIf you are a developer of My Mail, see error details.\r\nError 400:\u00a0" + code +
		"\r\nEnglish (United States)\r\nHelp\r\nPrivacy\r\nTerms"
}

func TestSearchFindsTheRowOfAWholePage(t *testing.T) {
	for code, page := range map[string][2]string{
		"access_denied":         {"My Mail has not completed the Google verification process", "My Mail has not completed the Google verification process. The app is currently being tested, and can only be accessed by developer-approved testers. If you think you should have access, contact the developer."},
		"policy_enforced":       {"Authorization Error", "Your account is in the Advanced Protection Program."},
		"admin_policy_enforced": {"your institution's admin needs to review My Mail", "Your institution's admin needs to review My Mail before you can sign in."},
		"org_internal":          {"My Mail can only be used within its organization", "This client is restricted to users within its organization."},
		"deleted_client":        {"Authorization Error", "The OAuth client was deleted."},
		"invalid_client":        {"Authorization Error", "The OAuth client was not found."},
		"redirect_uri_mismatch": {"This app's request is invalid", "You can't sign in because this app sent an invalid request. You can try again later, or contact the developer about this issue."},
		"invalid_request":       {"This app’s request is invalid", "You can’t sign in to this app because it doesn’t comply with Google’s OAuth 2.0 policy for keeping apps secure."},
		"invalid_scope":         {"Authorization Error", "Some requested scopes were invalid. {valid=[openid], invalid=[gmail]}"},
		"restricted_client":     {"Authorization Error", "Unregistered scope(s) in the request: https://mail.google.com/"},
		"disallowed_useragent":  {"My Mail's request does not comply with Google's policies", "Google can't sign you in safely inside this app."},
	} {
		whole := errorPage(page[0], page[1], code)
		address, words, _ := strings.Cut(whole, "\r\n")
		want := row(t, google.Page, code).Title
		for name, text := range map[string]string{
			"whole": whole, "address": address, "words": words, "upper case": strings.ToUpper(words),
			"code in two lines": strings.ReplaceAll(words, "_", "_\r\n"), "typed with spaces": strings.ReplaceAll(code, "_", " "),
			"without its code":      strings.ReplaceAll(words, code, ""),
			"only address, cut off": address[:len("https://accounts.google.com/signin/oauth/error/v2?authError=")+48],
		} {
			rows := google.Search(text)
			if len(rows) == 0 || rows[0].Title != want {
				t.Errorf("%s, %s: %v, want %q first", code, name, titles(rows), want)
			}
		}
	}
}

func titles(rows []google.Trouble) (all []string) {
	for _, row := range rows {
		all = append(all, row.Title)
	}
	return all
}

func TestSearchReadsGooglesOwnAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"https://accounts.google.com/signin/oauth/error?authError=Cg5kZWxldGVkX2NsaWVudBIdVGhlIE9BdXRoIGNsaWVudCB3YXMgZGVsZXRlZC4gkQM%3D&flowName=GeneralOAuthFlow": "The client was deleted",
		"accounts.google.com/signin/oauth/error?authError=Cg5pbnZhbGlkX2NsaWVudBIfVGhlIE9BdXRoIGNsaWVudCB3YXMgbm90IGZvdW5kLiCRAw==":                                 "Google doesn't know this client",
		"https://accounts.google.com/signin/oauth/error?authError=ChVyZWRpcmVjdF91cmlfbWlzbWF0Y2gSsAEKWW91":                                                         "The client is for web sites",
	} {
		if rows := google.Search(address); len(rows) == 0 || rows[0].Title != want {
			t.Errorf("%s: %v", address, titles(rows))
		}
	}
}

func TestSearchFindsACodeThatIsBrokenOverTwoLines(t *testing.T) {
	for _, want := range google.Troubles {
		for _, code := range want.Codes {
			head, tail, ok := strings.Cut(code, "_")
			text := "This came in a letter that my mail program has wrapped somewhere here: " + head + "_\r\n  " + tail + ", so it said."
			if ok && !found(google.Search(text), want.Title) {
				t.Errorf("%q does not find %q", text, want.Title)
			}
			if first := google.Search(text); ok && !slices.Contains(first[0].Codes, code) {
				t.Errorf("%q finds %q first", text, first[0].Title)
			}
		}
	}
}

func TestSearchRanksCodesOverPhrases(t *testing.T) {
	for text, want := range map[string][]string{
		"access_denied": {"Your address is not on the project's list", "Access was not given"},
		"The OAuth client was deleted: redirect_uri_mismatch":      {"The client is for web sites", "The client was deleted"},
		"The OAuth client was deleted. invalid_client":             {"Google doesn't know this client"},
		"admin policy enforced":                                    {"Your organisation's admin blocks this", "Advanced Protection guards this account"},
		"admin_policy_enforced":                                    {"Your organisation's admin blocks this"},
		"policy_enforced":                                          {"Advanced Protection guards this account"},
		`{"error":"invalid_grant","error_subtype":"invalid_rapt"}`: {"Your organisation asks for a new sign-in", "Google asks for a new sign-in"},
		"accessNotConfigured":                                      {"The Gmail API is not turned on"},
		"access_not_configured":                                    {"Your school's admin has not allowed this yet"},
	} {
		rows := titles(google.Search(text))
		if len(rows) < len(want) || !slices.Equal(rows[:len(want)], want) {
			t.Errorf("%q: %q", text, rows)
		}
	}
	letter := "You can't sign in because this app sent an invalid request. You can try again later."
	if rows := google.Search(letter); len(rows) != 1 || rows[0].Title != "The client is for web sites" {
		t.Errorf("words that are no code find %q", titles(rows))
	}
	if rows := google.Search("admin_policy_enforced"); len(rows) != 1 {
		t.Errorf("an exact code finds %q", titles(rows))
	}
}

func TestSearchFindsWhileOneIsTyping(t *testing.T) {
	for text, want := range map[string]string{
		"test users": "Your address is not on the project's list",
		"403":        "Your address is not on the project's list", "error 401": "The client was deleted", "access_den": "Your address is not on the project's list",
		"advanced prot":  "Advanced Protection guards this account",
		"browser secure": "Google wants a normal browser", "Seven days": "The project is in Testing",
	} {
		if rows := google.Search(text); !found(rows, want) {
			t.Errorf("%q: %v", text, titles(rows))
		}
	}
}

func TestSearchFindsNothingForNothing(t *testing.T) {
	for _, text := range []string{
		"", " \t\r\n", "\u200b\ufeff", "\x00", "error", "Google error", "zebra", "!!! ???", "404", "Gmail and a zebra",
		strings.Repeat("the client is ", 100), "authError=", "authError=%%%", "authError=____",
	} {
		if rows := google.Search(text); len(rows) != 0 {
			t.Errorf("%q: %q", text, titles(rows))
		}
	}
}

func TestSearchStopsAt64KiB(t *testing.T) {
	filler := strings.Repeat("x ", 32<<10)
	if rows := google.Search(filler + "access_denied"); len(rows) != 0 {
		t.Errorf("%q", titles(rows))
	}
	if rows := google.Search("access_denied " + strings.Repeat(filler, 100)); len(rows) == 0 {
		t.Error("the start is not looked at")
	}
}

func FuzzSearch(f *testing.F) {
	for _, trouble := range google.Troubles {
		for _, words := range slices.Concat(trouble.Codes, trouble.Says) {
			f.Add(words)
		}
	}
	f.Add(errorPage("Authorization Error", "The OAuth client was deleted.", "deleted_client"))
	f.Add("authError=%zz&autherror=Cg&AUTHERROR=----")
	f.Add("403 \xff\xfe\x00 access\u00addenied İ ſ K")
	f.Fuzz(func(t *testing.T, text string) {
		rows := google.Search(text)
		seen := map[string]bool{}
		for _, row := range rows {
			if seen[row.Title] {
				t.Fatalf("%q twice", row.Title)
			}
			seen[row.Title] = true
			if !slices.ContainsFunc(google.Troubles, func(t google.Trouble) bool { return reflect.DeepEqual(t, row) }) {
				t.Fatalf("%+v is no row", row)
			}
		}
		if strings.TrimSpace(text) == "" && len(rows) > 0 {
			t.Fatalf("nothing finds %q", titles(rows))
		}
		if !slices.Equal(titles(rows), titles(google.Search(text))) {
			t.Fatal("two answers")
		}
	})
}
