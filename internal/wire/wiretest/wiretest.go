// Package wiretest attacks readers of accumulator states.
package wiretest

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

// Seal gives bytes the checksum of a message, so that what is wrong in them is read.
func Seal(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(body[:len(body):len(body)], crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
}

// Refuses asserts that every turned bit and every cut of a state is refused, and that none with a good checksum makes the reader
// panic.
func Refuses(t testing.TB, data []byte, merge func([]byte) error) {
	t.Helper()
	for i := range data {
		for bit := range 8 {
			bad := append([]byte{}, data...)
			bad[i] ^= 1 << bit
			require.ErrorIs(t, merge(bad), receivables.ErrInvalidInput, "byte %d bit %d", i, bit)
		}
		require.ErrorIs(t, merge(data[:i]), receivables.ErrInvalidInput, "cut at %d", i)
	}
	require.ErrorIs(t, merge(append(append([]byte{}, data...), 0)), receivables.ErrInvalidInput)
	random := rand.New(rand.NewPCG(1, 2))
	body := data[:len(data)-4]
	for range 20_000 {
		bad := append([]byte{}, body...)
		for range 1 + random.IntN(3) {
			bad[random.IntN(len(bad))] = byte(random.IntN(256))
		}
		if err := merge(Seal(bad[:len(bad)-random.IntN(2)*random.IntN(len(bad))])); err != nil {
			require.True(t, isKnown(err), err)
		}
	}
}

func isKnown(err error) bool {
	for _, kind := range []error{receivables.ErrInvalidInput, receivables.ErrConflict} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
