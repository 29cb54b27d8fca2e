// Package invite makes what an inviter shares: links with signed tokens that
// expire, and codes (邀请码) that people read out and type in.
//
//	signer, err := invite.NewSigner(invite.Key{ID: "2026a", Secret: secret})
//	token, err := signer.Sign(invite.Invitation{Program: "card-2026", Inviter: "lee", ExpiresAt: end})
//	// https://bank.example/i?t=TOKEN
//	invitation, err := signer.Open(token, now)
//
// A token carries the invitation itself, readable for everybody and
// changeable for nobody: HMAC-SHA-256 over all of it, compared in constant
// time. Nothing is looked up, so a link works before any table knows it. Put no
// personal data into ids that go into tokens.
//
// A code carries nothing: the host keeps which inviter it belongs to. Codes
// come from crypto/rand, and a check character finds typing errors before the
// look-up. Limit the attempts all the same.
package invite
