// Package campaign decides what to send, when and to whom: consent, caps, quiet hours, journeys, experiments and surveys.
package campaign
