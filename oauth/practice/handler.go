package practice

import (
	"encoding/json"
	"net/http"
)

// handler answers requests that name the listener's own host: a foreign name that was pointed at this computer (DNS
// rebinding) gets nothing.
func (p *Provider) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /.well-known/openid-configuration", p.at(Discovery, p.discovery))
	mux.Handle("GET /jwks", p.at(Keys, p.keys))
	authorize := p.at(Authorize, p.authorize)
	mux.Handle("GET /authorize", authorize)
	mux.Handle("POST /authorize", authorize)
	mux.Handle("POST /token", p.at(Token, p.token))
	mux.Handle("POST /revoke", p.at(Revoke, p.revoke))
	userInfo := p.at(UserInfo, p.userInfo)
	mux.Handle("GET /userinfo", userInfo)
	mux.Handle("POST /userinfo", userInfo)
	tokenInfo := p.at(TokenInfo, p.tokenInfo)
	mux.Handle("GET /tokeninfo", tokenInfo)
	mux.Handle("POST /tokeninfo", tokenInfo)
	mux.Handle("GET /gmail/v1/users/me/profile", p.at(Profile, p.profile))

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != p.host {
			http.Error(w, "Only "+p.host+" is answered here.", http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	})
}

// answer sends JSON, as a fault may have changed it.
func answer(w http.ResponseWriter, r *http.Request, status int, body map[string]any) {
	if edit := faultOf(r).Edit; edit != nil {
		edit(body)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// discovery is OpenID Connect Discovery 1.0 §3, and where the practice mailbox stands.
func (p *Provider) discovery(w http.ResponseWriter, r *http.Request) {
	supported := []string{"openid", "email"}
	for _, s := range scopes {
		if s.means != "" {
			supported = append(supported, s.name)
		}
	}
	answer(w, r, http.StatusOK, map[string]any{
		"issuer":                                         p.Issuer(),
		"authorization_endpoint":                         p.Issuer() + "/authorize",
		"token_endpoint":                                 p.Issuer() + "/token",
		"revocation_endpoint":                            p.Issuer() + "/revoke",
		"jwks_uri":                                       p.Issuer() + "/jwks",
		"userinfo_endpoint":                              p.Issuer() + "/userinfo",
		"tokeninfo_endpoint":                             p.Issuer() + "/tokeninfo",
		"gmail_profile_endpoint":                         p.Issuer() + "/gmail/v1/users/me/profile",
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"ES256"},
		"scopes_supported":                               supported,
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_post", "client_secret_basic"},
		"authorization_response_iss_parameter_supported": true,
	})
}

func (p *Provider) keys(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, map[string]any{"keys": []any{p.signer.published()}})
}
