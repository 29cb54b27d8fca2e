// Package segment answers who a person is to us: rules over typed attributes, rings, RFM, lifecycle and value.
package segment
