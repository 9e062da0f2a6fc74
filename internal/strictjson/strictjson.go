// Package strictjson reads JSON that people write: an unknown key, a second value or more bytes than allowed is an error.
package strictjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MostOfPolicy is the number of bytes that a policy of a user may have.
const MostOfPolicy = 1 << 20

// Decode reads the only value of a stream of at most so many bytes.
func Decode(from io.Reader, most int64, into any) error {
	limited := &io.LimitedReader{R: from, N: most + 1}
	d := json.NewDecoder(limited)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, rest := d.Token(); rest != io.EOF {
			err = errors.New("more than one value")
		}
	}
	if limited.N == 0 {
		err = fmt.Errorf("longer than %d bytes", most)
	}
	return err
}
