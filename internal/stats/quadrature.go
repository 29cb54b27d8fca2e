package stats

import "math"

// Nodes and weights of the ten-point and the six-point Gauss-Legendre rules on
// [0, 1]. On exp(-8y) the former errs by 5e-12, on exp(-2.5y) the latter by
// 1e-11.
var (
	Gauss6Nodes = [6]float64{
		0.033765242898423986093849222753003, 0.16939530676686774316930020249005,
		0.38069040695840154568474913915964, 0.61930959304159845431525086084036,
		0.83060469323313225683069979750995, 0.96623475710157601390615077724700,
	}
	Gauss6Weights = [6]float64{
		0.085662246189585172520148071086366, 0.18038078652406930378491675691886,
		0.23395696728634552369493517199478, 0.23395696728634552369493517199478,
		0.18038078652406930378491675691886, 0.085662246189585172520148071086366,
	}
	GaussNodes = [10]float64{
		0.013046735741414139961017993957774, 0.067468316655507744633951655788253,
		0.16029521585048779688283631744256, 0.28330230293537640460036702841711,
		0.42556283050918439455758699943514, 0.57443716949081560544241300056486,
		0.71669769706462359539963297158289, 0.83970478414951220311716368255744,
		0.93253168334449225536604834421175, 0.98695326425858586003898200604223,
	}
	GaussWeights = [10]float64{
		0.033335672154344068796784404946666, 0.074725674575290296572888169828849,
		0.10954318125799102199776746711408, 0.13463335965499817754561346078473,
		0.14776211235737643508694649732567, 0.14776211235737643508694649732567,
		0.13463335965499817754561346078473, 0.10954318125799102199776746711408,
		0.074725674575290296572888169828849, 0.033335672154344068796784404946666,
	}
)

// Integrate integrates f over [from, to] by the ten-point Gauss-Legendre rule
// on equal panels: exact to rounding if f changes by less than a factor e^6 and
// smoothly over each.
func Integrate(f func(float64) float64, from, to float64, panels int) float64 {
	width := (to - from) / float64(panels)
	var sum float64
	for p := range panels {
		start := from + float64(p)*width
		for i, node := range GaussNodes {
			sum += GaussWeights[i] * f(start+node*width)
		}
	}
	return sum * width
}

// IntegrateDecaying integrates f over [0, +Inf) by the double exponential rule
// t = scale*exp(π/2 sinh y) of Takahasi and Mori (1974). Scale should be near
// where most of the integral lies; f must fall at least like an exponential or
// a power below -1.
func IntegrateDecaying(f func(float64) float64, scale float64) float64 {
	const step, reach = 1. / 16, 3.5
	var sum float64
	for y := -reach; y <= reach; y += step {
		t := scale * math.Exp(math.Pi/2*math.Sinh(y))
		if v := f(t) * t * math.Cosh(y); !math.IsNaN(v) && !math.IsInf(v, 0) {
			sum += v
		}
	}
	return sum * math.Pi / 2 * step
}
