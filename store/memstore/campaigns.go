package memstore

// campaignData is one tenant's part of package campaign.
type campaignData struct{}

func newCampaignData() campaignData { return campaignData{} }
