package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// batchRows is the number of rows that are read at a time.
const batchRows = 64 << 10

// mostPage bounds a page of a Parquet file once it is unpacked.
const mostPage = 64 << 20

// readParquet gives the batches of the columns of open items in a Parquet file to a function, which must not keep them.
func readParquet(ctx context.Context, source parquet.ReaderAtSeeker, allocator memory.Allocator, use func(arrow.RecordBatch) error) error {
	return readColumns(ctx, source, allocator, []string{customerColumn, currencyColumn, dueColumn, issuedColumn, openColumn}, use)
}

// readColumns gives the batches of columns of a Parquet file, all of them if none is named, to a function. A file from outside can make
// the reader panic, which is an error here; it may also ask for more memory than there is, so that files of strangers belong into a
// process with a limit.
func readColumns(ctx context.Context, source parquet.ReaderAtSeeker, allocator memory.Allocator, names []string, use func(arrow.RecordBatch) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("parquet: the file is damaged: %v", p)
		}
	}()
	properties := parquet.NewReaderProperties(allocator)
	properties.BufferedStreamEnabled = true // a page at a time
	properties.MaxUncompressedPageSize = mostPage
	r, err := file.NewParquetReader(source, file.WithReadProps(properties))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	meta := r.MetaData()
	meta.FileMetaData.KeyValueMetadata = nil // the Arrow schema kept there is read without limits; types follow from the columns
	options := pqarrow.ArrowReadProperties{BatchSize: batchRows}
	var wanted []int
	for _, name := range names {
		i := meta.Schema.ColumnIndexByName(name)
		if i < 0 {
			continue // what is missing is told when the batch is read
		}
		wanted = append(wanted, i)
		if name == customerColumn || name == currencyColumn {
			options.SetReadDict(i, true)
		}
	}
	if len(names) > 0 && len(wanted) == 0 {
		return fmt.Errorf("parquet: none of the columns of open items is in the file")
	}
	arrows, err := pqarrow.NewFileReader(r, options, allocator)
	if err != nil {
		return err
	}
	batches, err := arrows.GetRecordReader(ctx, wanted, nil)
	if err != nil {
		return err
	}
	defer batches.Release()
	for batches.Next() {
		batch := batches.RecordBatch()
		if err := array.ValidateRecordFull(batch); err != nil {
			return err
		}
		if err := use(batch); err != nil {
			return err
		}
	}
	if err := batches.Err(); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// writeParquet writes batches of one schema.
func writeParquet(w io.Writer, allocator memory.Allocator, schema *arrow.Schema, batches ...arrow.RecordBatch) error {
	p, err := pqarrow.NewFileWriter(schema, w,
		parquet.NewWriterProperties(parquet.WithAllocator(allocator), parquet.WithCompression(compress.Codecs.Zstd)),
		pqarrow.NewArrowWriterProperties(pqarrow.WithAllocator(allocator), pqarrow.WithStoreSchema()))
	if err != nil {
		return err
	}
	for _, batch := range batches {
		if err := p.WriteBuffered(batch); err != nil {
			return errors.Join(err, p.Close())
		}
	}
	return p.Close()
}
