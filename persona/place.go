package persona

import (
	"math"
	"slices"

	"github.com/siyu-go/siyu"
)

// Position is a point on the earth in degrees.
type Position struct {
	Lat float64 `json:"lat"` // -90 to 90, north is positive
	Lon float64 `json:"lon"` // -180 to 180, east is positive
}

// earthKM is the mean radius of the earth (IUGG).
const earthKM = 6371.0088

// Validate refuses positions off the globe.
func (p Position) Validate() error {
	if !(math.Abs(p.Lat) <= 90) {
		return siyu.Invalid("lat", "is not between -90 and 90")
	}
	if !(math.Abs(p.Lon) <= 180) {
		return siyu.Invalid("lon", "is not between -180 and 180")
	}
	return nil
}

// KM returns the great-circle distance to q in kilometres, on a sphere of
// radius 6371.0088 km, by the haversine formula.
func (p Position) KM(q Position) float64 {
	const rad = math.Pi / 180
	sinLat := math.Sin((q.Lat - p.Lat) * rad / 2)
	sinLon := math.Sin((q.Lon - p.Lon) * rad / 2)
	h := sinLat*sinLat + math.Cos(p.Lat*rad)*math.Cos(q.Lat*rad)*sinLon*sinLon
	return 2 * earthKM * math.Asin(math.Min(1, math.Sqrt(h)))
}

// choose returns the index of the group that takes the visitor, -1 if none.
func (c Code) choose(v Visitor) int {
	if v.Chosen != "" {
		if i := c.pick(func(g Group) bool { return g.Region == v.Chosen }); i >= 0 {
			return i
		}
	}
	if v.Position != nil {
		if i := c.nearest(*v.Position); i >= 0 {
			return i
		}
	}
	for _, region := range v.Regions {
		if region == "" {
			continue
		}
		if i := c.pick(func(g Group) bool { return g.Region == region }); i >= 0 {
			return i
		}
	}
	return c.pick(func(g Group) bool { return g.Region == "" && g.Position == nil })
}

// pick returns the group to fill next among those with room that match.
func (c Code) pick(match func(Group) bool) int {
	best := -1
	for i, g := range c.Groups {
		if g.Members >= c.ScanCap || !match(g) {
			continue
		}
		if c.Fill != Evenly {
			return i
		}
		if best < 0 || g.Members < c.Groups[best].Members {
			best = i
		}
	}
	return best
}

// nearest returns the nearest group with room within the radius, ties by id.
func (c Code) nearest(from Position) int {
	best, dist := -1, c.RadiusKM
	for i, g := range c.Groups {
		if g.Position == nil || g.Members >= c.ScanCap {
			continue
		}
		km := from.KM(*g.Position)
		if km > c.RadiusKM {
			continue
		}
		if best < 0 || km < dist || (km == dist && g.ID < c.Groups[best].ID) {
			best, dist = i, km
		}
	}
	return best
}

// regional reports whether a list of regions holds the name.
func regional(regions []string, name string) bool { return slices.Contains(regions, name) }
