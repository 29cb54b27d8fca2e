// Package invite makes what an inviter shares: links with signed tokens that
// expire, and codes (邀请码) that people read out and type in, random ones or
// those that a partner or a KOL chooses.
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
// A code carries nothing: a [Service] keeps in a [Store] whose it is, for which
// program, when and how often it can be used, and counts its uses.
//
//	codes, err := invite.New(store.Invites(), nil)
//	result, err := codes.Issue(ctx, invite.IssueRequest{Key: "req-1", Code: invite.Code{
//		Text: "虎哥2026", Program: "card-2026", Inviter: "kol-1", Kind: invite.KOL}})
//	result, err = codes.Use(ctx, invite.UseRequest{Key: "req-2", Typed: "虎哥 ２０２６", User: "ann"})
//	fmt.Println(result.Code.Inviter, result.Uses) // kol-1 1: bind ann to it
//
// # Guarantees
//
//   - A code is issued once, and stays taken. Codes that differ only by what looks
//     alike (O and 0; I, L and 1) are the same code: see [CodeKey].
//   - A use counts once under its key, and never beyond MaxUses, whoever is asked
//     at once. It counts in the host's transaction: use and bind in one, and what
//     is not bound is not counted.
//   - Random codes come from crypto/rand, and [ParseCode] finds typing errors in
//     them before the look-up.
//
// # Limits
//
// Codes can be guessed, chosen ones more so: limit the attempts. A use under
// another key counts again, of the same person too; referral.Bind says who is
// bound already. Han characters that look alike stay different codes.
package invite
