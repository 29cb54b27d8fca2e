// Package funnel measures whether it worked: ordered funnels, retention, time to convert, stages.
package funnel
