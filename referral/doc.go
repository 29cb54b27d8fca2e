// Package referral rewards friends brought in (裂变): binding, stacking tiers, hold, clawback and ledger.
package referral
