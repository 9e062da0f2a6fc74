// Package erp shows how the test suite of an ERP validates its figures against the library: one file of its own worked examples, handed
// to examples/verify, and one comparison of a whole report. See erp_test.go.
package erp
