// Package persona says who speaks for the company and to whom: persona cards (人设), rosters, capped groups and reply promises.
package persona
