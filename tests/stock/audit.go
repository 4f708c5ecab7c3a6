// Command audit judges a log with golang.org/x/mod/sumdb alone: note for signatures, tlog for trees.
//
//	audit tree VKEY FOLDER              a tree of tiles: its checkpoint, and every single entry
//	audit proof VKEY FILE [ENTRY]       a .tlog-proof, over an entry's bytes or those it carries
//	audit growth VKEY FILE              a .consistency: that one checkpoint continues another
//
// It prints one line and exits 0 if all holds, else says on stderr what does not and exits 1. It knows
// nothing of what entries mean. Layout and formats are those of C2SP; only the walk is ours.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

func main() {
	told, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Println(told)
}

func run(args []string) (string, error) {
	switch {
	case len(args) == 3 && args[0] == "tree":
		return auditTree(args[1], args[2])
	case len(args) == 3 && args[0] == "proof":
		return auditProof(args[1], args[2], "")
	case len(args) == 4 && args[0] == "proof":
		return auditProof(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "growth":
		return auditGrowth(args[1], args[2])
	}
	return "", fmt.Errorf("usage: audit tree|proof|growth VKEY FILE…")
}

// openHead returns the tree that a checkpoint signed by the key speaks for.
func openHead(vkey string, signed []byte) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("no checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// auditTree computes the whole tree from the entries, and holds it against the signed root and against
// every hash tile. It asks no tlog.TileHashReader: that of some releases leaves tiles unauthenticated
// where two subtrees of the right edge lie in one tile.
func auditTree(vkey, folder string) (string, error) {
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return "", err
	}
	head, err := openHead(vkey, signed)
	if err != nil {
		return "", err
	}
	var hashes stored
	for start := int64(0); start < head.N; start += width {
		if hashes, err = takeBundle(hashes, folder, head.N, start); err != nil {
			return "", err
		}
	}
	root, err := tlog.TreeHash(head.N, hashes)
	if err != nil {
		return "", err
	}
	if root != head.Hash {
		return "", fmt.Errorf("the entries lead to the root %v, signed is %v", root, head.Hash)
	}
	for level, count := 0, head.N; count > 0; level, count = level+1, count/width {
		for number := int64(0); number*width < count; number++ {
			tile := tlog.Tile{H: 8, L: level, N: number, W: width}
			if count-number*width < width {
				tile.W = int(count - number*width)
			}
			if err := auditTile(folder, hashes, tile); err != nil {
				return "", err
			}
		}
	}
	return fmt.Sprintf("%d entries lead to the root %v", head.N, head.Hash), nil
}

// stored holds the hashes of a tree in tlog's order of storing them.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		found = append(found, s[index])
	}
	return found, nil
}

// takeBundle adds the hashes that the entries of a bundle complete.
func takeBundle(hashes stored, folder string, size, start int64) (stored, error) {
	count := size - start
	if count > width {
		count = width
	}
	content, err := readTile(folder, "entries", start/width, int(count))
	if err != nil {
		return nil, err
	}
	for index := start; index < start+count; index++ {
		if len(content) < 2 || len(content)-2 < int(binary.BigEndian.Uint16(content)) {
			return nil, fmt.Errorf("entry %d is cut off", index)
		}
		length := int(binary.BigEndian.Uint16(content))
		more, err := tlog.StoredHashes(index, content[2:2+length], hashes)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, more...)
		content = content[2+length:]
	}
	if len(content) != 0 {
		return nil, fmt.Errorf("bytes after entry %d", start+count-1)
	}
	return hashes, nil
}

func auditTile(folder string, hashes tlog.HashReader, tile tlog.Tile) error {
	expected, err := tlog.ReadTileData(tile, hashes)
	if err != nil {
		return err
	}
	found, err := readTile(folder, strconv.Itoa(tile.L), tile.N, tile.W)
	if err != nil {
		return err
	}
	if !bytes.Equal(expected, found) {
		return fmt.Errorf("tile %d of level %d is not the one that the entries make", tile.N, tile.L)
	}
	return nil
}

func auditProof(vkey, file, entryFile string) (string, error) {
	whole, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	parts := bytes.SplitN(whole, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", fmt.Errorf("no tlog-proof")
	}
	var extra []byte
	if len(lines) > 1 && strings.HasPrefix(lines[1], "extra ") {
		if extra, err = base64.StdEncoding.DecodeString(lines[1][6:]); err != nil {
			return "", err
		}
		lines = lines[1:]
	}
	if len(lines) < 2 || !strings.HasPrefix(lines[1], "index ") {
		return "", fmt.Errorf("no index")
	}
	index, err := strconv.ParseInt(lines[1][6:], 10, 64)
	if err != nil {
		return "", err
	}
	entry, err := entryOf(entryFile, extra, index)
	if err != nil {
		return "", err
	}
	proof, err := parseHashes(lines[2:])
	if err != nil {
		return "", err
	}
	head, err := openHead(vkey, parts[1])
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(proof, head.N, head.Hash, index, tlog.RecordHash(entry)); err != nil {
		return "", err
	}
	return fmt.Sprintf("entry %d is in the log of size %d: %s", index, head.N, entry), nil
}

// entryOf returns the bytes of an entry: a file's, or those that the proof's extra line carries.
func entryOf(file string, extra []byte, index int64) ([]byte, error) {
	if file != "" {
		return os.ReadFile(file)
	}
	var evidence struct {
		Entries []struct {
			Entry json.RawMessage
			Index int64
		}
	}
	if err := json.Unmarshal(extra, &evidence); err != nil {
		return nil, err
	}
	for _, each := range evidence.Entries {
		if each.Index == index {
			return each.Entry, nil
		}
	}
	return nil, fmt.Errorf("the proof does not carry entry %d; name its file", index)
}

func auditGrowth(vkey, file string) (string, error) {
	whole, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	parts := bytes.SplitN(whole, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || len(lines) < 2 || lines[0] != "qifeng.consistency@v1" || !strings.HasPrefix(lines[1], "old ") {
		return "", fmt.Errorf("no consistency proof")
	}
	length, err := strconv.Atoi(lines[1][4:])
	if err != nil || length < 0 || length > len(parts[1]) {
		return "", fmt.Errorf("no old checkpoint")
	}
	proof, err := parseHashes(lines[2:])
	if err != nil {
		return "", err
	}
	older, err := openHead(vkey, parts[1][:length])
	if err != nil {
		return "", err
	}
	newer, err := openHead(vkey, parts[1][length:])
	if err != nil {
		return "", err
	}
	if err := tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("size %d continues size %d", newer.N, older.N), nil
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			return nil, fmt.Errorf("no hash: %q", line)
		}
		var hash tlog.Hash
		copy(hash[:], raw)
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// readTile returns a tile of so many items, in C2SP's layout, which lacks the height that sumdb's has.
func readTile(folder, kind string, number int64, items int) ([]byte, error) {
	path := fmt.Sprintf("%03d", number%1000)
	for number /= 1000; number > 0; number /= 1000 {
		path = fmt.Sprintf("x%03d/%s", number%1000, path)
	}
	full := filepath.Join(folder, "tile", kind, path)
	if items == width {
		return os.ReadFile(full)
	}
	return os.ReadFile(fmt.Sprintf("%s.p/%d", full, items))
}
