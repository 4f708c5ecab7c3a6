// Command verify judges a bundle's log with golang.org/x/mod/sumdb and Go's own ed25519 alone.
//
//	verify check VKEY FOLDER
//
// It prints what holds and exits 0, or says on stderr what does not and exits 1. It shows: the
// checkpoint was signed by the key given; every line of entries.jsonl, hidden ones too, is a leaf under
// it; every shown entry's seal lists it and was signed by the Ed25519 key that the log enrolled before
// it; each shown record's events follow each other, to the last that was declared. Of other suites than ed25519 it judges the Ed25519
// half, and counts what it cannot judge. Revocations are for the reader to look up in data/keys.csv.
package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type line struct {
	Entry  json.RawMessage `json:"entry"`
	Hidden string          `json:"hidden"`
	Index  int64           `json:"index"`
	Hashes []string        `json:"hashes"`
}

type entry struct {
	Event json.RawMessage `json:"event"`
	Seal  string          `json:"seal"`
}

type event struct {
	Body    json.RawMessage
	Kind    string
	Prev    string
	Record  string
	Version int
}

type envelope struct {
	Payload     string
	PayloadType string
	Signatures  []struct{ Keyid, Sig string }
}

type act struct {
	Key    string
	Events []string
}

type judge struct {
	head                             tlog.Tree
	seals                            map[string]envelope
	keys                             map[string]string
	last                             map[string]string
	versions                         map[string]int
	judged                           map[string]bool
	founding                         string
	entries, hidden, signed, unknown int
}

func main() {
	told, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Println(told)
}

func run(args []string) (string, error) {
	if len(args) != 3 || args[0] != "check" {
		return "", fmt.Errorf("usage: verify check VKEY FOLDER")
	}
	log := filepath.Join(args[2], "data", "log")
	signed, err := os.ReadFile(filepath.Join(log, "checkpoint"))
	if err != nil {
		return "", err
	}
	head, err := openHead(args[1], signed)
	if err != nil {
		return "", err
	}
	spans, err := filepath.Glob(filepath.Join(log, "[0-9]*"))
	if err != nil || len(spans) == 0 {
		return "", fmt.Errorf("no entries in %s", log)
	}
	sort.Strings(spans)
	j := judge{head, map[string]envelope{}, map[string]string{}, map[string]string{}, map[string]int{}, map[string]bool{}, "", 0, 0, 0, 0}
	for _, span := range spans {
		if err := j.span(span); err != nil {
			return "", err
		}
	}
	if err := j.records(filepath.Join(log, "records.jsonl")); err != nil {
		return "", err
	}
	if !j.judged[j.founding] {
		return "", fmt.Errorf("the founding act is not here, or not signed by the key it enrols")
	}
	told := fmt.Sprintf("%d entries and %d hidden ones are in the log of size %d; %d acts are signed",
		j.entries, j.hidden, head.N, j.signed)
	if j.unknown > 0 {
		told += fmt.Sprintf("; %d acts are of suites not judged here", j.unknown)
	}
	return told, nil
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

func (j *judge) span(folder string) error {
	err := each(filepath.Join(folder, "seals.jsonl"), func(told []byte) error {
		var sealed envelope
		if err := json.Unmarshal(told, &sealed); err != nil {
			return err
		}
		j.seals[digest(told)] = sealed
		return nil
	})
	if err != nil {
		return err
	}
	var proofs []line
	err = each(filepath.Join(folder, "proofs.jsonl"), func(told []byte) error {
		var proof line
		proofs = append(proofs, proof)
		return json.Unmarshal(told, &proofs[len(proofs)-1])
	})
	if err != nil {
		return err
	}
	count := 0
	err = each(filepath.Join(folder, "entries.jsonl"), func(told []byte) error {
		var shown line
		if err := json.Unmarshal(told, &shown); err != nil {
			return err
		}
		if count >= len(proofs) || proofs[count].Index != shown.Index {
			return fmt.Errorf("entry %d has no proof", shown.Index)
		}
		count++
		return j.entry(shown, proofs[count-1].Hashes)
	})
	if err == nil && count != len(proofs) {
		return fmt.Errorf("%s: %d entries, %d proofs", folder, count, len(proofs))
	}
	return err
}

// entry judges one line: that its leaf is in the tree, and of a shown entry who signed it.
func (j *judge) entry(shown line, hashes []string) error {
	leaf := tlog.RecordHash(shown.Entry)
	if shown.Hidden != "" {
		raw, err := hex.DecodeString(shown.Hidden)
		if err != nil || len(raw) != len(leaf) {
			return fmt.Errorf("entry %d: no leaf hash", shown.Index)
		}
		copy(leaf[:], raw)
	}
	var proof tlog.RecordProof
	for _, told := range hashes {
		hash, err := tlog.ParseHash(told)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	if err := tlog.CheckRecord(proof, j.head.N, j.head.Hash, shown.Index, leaf); err != nil {
		return fmt.Errorf("entry %d: %v", shown.Index, err)
	}
	if shown.Hidden != "" {
		j.hidden++
		return nil
	}
	j.entries++
	var told entry
	var happened event
	if err := json.Unmarshal(shown.Entry, &told); err != nil {
		return err
	}
	if err := json.Unmarshal(told.Event, &happened); err != nil {
		return err
	}
	last, known := j.last[happened.Record]
	if !known {
		last = strings.Repeat("0", 64)
	}
	if happened.Prev != last || happened.Version != j.versions[happened.Record]+1 {
		return fmt.Errorf("entry %d: %s does not follow the event before it", shown.Index, happened.Record)
	}
	j.last[happened.Record], j.versions[happened.Record] = digest(told.Event), happened.Version
	if happened.Kind == "key.enrolled/1" {
		var enrolled struct{ Public []string }
		if err := json.Unmarshal(happened.Body, &enrolled); err != nil || len(enrolled.Public) == 0 {
			return fmt.Errorf("entry %d: it enrols no key", shown.Index)
		}
		j.keys[strings.TrimPrefix(happened.Record, "key/")] = enrolled.Public[0]
	}
	return j.seal(shown.Index, told)
}

// records holds the list of records against the histories that are here: none is cut, none is missing.
func (j *judge) records(path string) error {
	hidden := 0
	err := each(path, func(told []byte) error {
		var listed struct {
			Record         string
			Events, Hidden int
		}
		if err := json.Unmarshal(told, &listed); err != nil {
			return err
		}
		hidden += listed.Hidden
		if here := j.versions[listed.Record]; here != listed.Events-listed.Hidden {
			return fmt.Errorf("%s: %d events were declared, %d are here", listed.Record, listed.Events-listed.Hidden, here)
		}
		return nil
	})
	if err == nil && hidden != j.hidden {
		return fmt.Errorf("%d hidden events were declared, %d are here", hidden, j.hidden)
	}
	return err
}

// seal judges the act of an entry: it lists the entry's event, and its officer's key signed it.
func (j *judge) seal(index int64, told entry) error {
	sealed, known := j.seals[told.Seal]
	if !known {
		return fmt.Errorf("entry %d: its seal is missing", index)
	}
	payload, err := base64.StdEncoding.DecodeString(sealed.Payload)
	if err != nil {
		return err
	}
	var signed act
	if err := json.Unmarshal(payload, &signed); err != nil {
		return err
	}
	listed := false
	for _, each := range signed.Events {
		listed = listed || each == digest(told.Event)
	}
	if !listed {
		return fmt.Errorf("entry %d: its seal does not list it", index)
	}
	if j.judged[told.Seal] {
		return nil
	}
	key, enrolled := j.keys[signed.Key]
	if index == 0 {
		j.founding = told.Seal
	}
	if !enrolled && told.Seal == j.founding {
		return nil // The founding act enrols the key that signs it: judged at that entry.
	}
	if !enrolled {
		return fmt.Errorf("entry %d: the key %s was not enrolled before it", index, signed.Key)
	}
	j.judged[told.Seal] = true
	for _, signature := range sealed.Signatures {
		if strings.HasSuffix(signature.Keyid, ":ed25519") {
			return j.verify(index, key, sealed, payload, signature.Sig)
		}
	}
	j.unknown++
	return nil
}

func (j *judge) verify(index int64, key string, sealed envelope, payload []byte, told string) error {
	public, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.DecodeString(told)
	if err != nil {
		return err
	}
	message := fmt.Sprintf("DSSEv1 %d %s %d ", len(sealed.PayloadType), sealed.PayloadType, len(payload))
	if len(public) != ed25519.PublicKeySize || !ed25519.Verify(public, append([]byte(message), payload...), signature) {
		return fmt.Errorf("entry %d: the signature of its act does not hold", index)
	}
	j.signed++
	return nil
}

func digest(told []byte) string {
	sum := sha256.Sum256(told)
	return hex.EncodeToString(sum[:])
}

func each(path string, take func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if err := take(append([]byte(nil), lines.Bytes()...)); err != nil {
			return err
		}
	}
	return lines.Err()
}
