#!/bin/sh
# Checks an evidence bag of Khiên with openssl, sha256sum and the tools every system has. Nothing of Khiên is needed.
#
#   sh verify-bag.sh FOLDER [FINGERPRINT]
#
# FOLDER       the unpacked bag
# FINGERPRINT  SHA-256 of the installation's public key, told to you by another way than this bag.
#              Without it the bag is only checked against the key that lies in it.
#
# Ends with 0 and a last line "GOOD" when everything holds; else says what does not and ends with 1.
set -u
LC_ALL=C
export LC_ALL

fail() {
  printf 'BAD: %s\n' "$1" >&2
  exit 1
}

[ $# -ge 1 ] || fail 'usage: sh verify-bag.sh FOLDER [FINGERPRINT]'
cd "$1" || fail "no such folder: $1"
expected=${2:-}
work=$(mktemp -d) || fail 'no temporary folder'
trap 'rm -rf "$work"' EXIT

signed=tagmanifest-sha256.txt

# 1. Who signed: the key, and the signature over the list of lists.
for need in bagit.txt bag-info.txt manifest-sha256.txt public-key.pem "$signed" "$signed.sig"; do
  [ -f "$need" ] || fail "missing: $need"
done
key=$(openssl pkey -pubin -in public-key.pem -outform DER 2>/dev/null | sha256sum | cut -c1-64)
if [ -n "$expected" ] && [ "$key" != "$expected" ]; then
  fail "signed with the key $key, not with $expected"
fi
openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in "$signed" -sigfile "$signed.sig" >/dev/null 2>&1 ||
  fail "the signature does not fit $signed"

# 2. Every listed file is what it was, and there is no file that is not listed.
sha256sum --quiet --strict -c "$signed" >/dev/null 2>&1 || fail 'a file listed in the tag manifest is not what it was'
sha256sum --quiet --strict -c manifest-sha256.txt >/dev/null 2>&1 || fail 'a file of data/ is not what it was'
[ -z "$(find . ! -type f ! -type d)" ] || fail 'the bag holds something that is neither file nor folder'
find . -type f | cut -c3- | sort >"$work/there"
{
  cut -c67- manifest-sha256.txt
  cut -c67- "$signed"
  printf '%s\n%s.sig\n' "$signed" "$signed"
} | sort >"$work/listed"
cmp -s "$work/there" "$work/listed" || fail 'files are missing, or there are files that nobody listed'

# 3. The custody: each entry seals the one before it. Cases merged into this one have each a custody of their own.
count=0
for log in data/custody.log data/custody/*.log; do
  [ -f "$log" ] || continue
  before=
  while IFS= read -r line; do
    hash=${line%% *}
    entry=${line#* }
    count=$((count + 1))
    [ "$(printf '%s' "$entry" | sha256sum | cut -c1-64)" = "$hash" ] || fail "custody entry $count is not what it was"
    if [ -n "$before" ]; then
      case $entry in
      "[\"$before\","*) ;;
      *) fail "custody entry $count does not follow the one before it" ;;
      esac
    fi
    before=$hash
  done <"$log"
done

# 4. The proofs: event -> segment -> audit entry -> signed head of the audit log.
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }

# Walks a path: $1 file with what the leaf covers, $2 path file. Says the root it comes to.
walk() {
  { printf '\000' && cat "$1"; } | openssl dgst -sha256 -binary >"$work/node"
  tail -n +2 "$2" >"$work/steps"
  while read -r side sibling; do
    printf '%s' "$sibling" | openssl base64 -d -A >"$work/sibling"
    if [ "$side" = L ]; then
      { printf '\001' && cat "$work/sibling" "$work/node"; } | openssl dgst -sha256 -binary >"$work/next"
    else
      { printf '\001' && cat "$work/node" "$work/sibling"; } | openssl dgst -sha256 -binary >"$work/next"
    fi
    mv "$work/next" "$work/node"
  done <"$work/steps"
  hex "$work/node"
}

root_of() { head -n 1 "$1" | cut -c6-; }

proved=0
for folder in data/proofs/*/; do
  [ -d "$folder" ] || continue
  id=$(basename "$folder")
  case $(sed -n 2p "$folder/leaf.txt") in
  "32:$id,"*) ;;
  *) fail "the leaf of $id is of another event" ;;
  esac
  segment=$(root_of "$folder/segment.path")
  [ "$(walk "$folder/leaf.txt" "$folder/segment.path")" = "$segment" ] || fail "event $id does not lie in its segment"
  grep -q "\"root\":\"$segment\"" "$folder/entry.json" || fail "the audit entry of $id tells another root"
  log=$(root_of "$folder/log.path")
  [ "$(walk "$folder/entry.json" "$folder/log.path")" = "$log" ] || fail "the audit entry of $id does not lie in the log"
  grep -q "\"root\":\"$log\"" "$folder/head.txt" || fail "the signed head of $id is of another log"
  openssl pkeyutl -verify -pubin -inkey data/proofs/head-key.pem -rawin -in "$folder/head.txt" \
    -sigfile "$folder/head.sig" >/dev/null 2>&1 || fail "the signature of the audit log does not fit for $id"
  proved=$((proved + 1))
done

printf 'files            %s\n' "$(wc -l <"$work/there" | tr -d ' ')"
printf 'custody entries  %s\n' "$count"
printf 'events proved    %s\n' "$proved"
printf 'signed with key  %s\n' "$key"
if [ -z "$expected" ]; then
  printf 'NOTE: compare this key with the one the installation told you by another way\n'
fi
printf 'GOOD\n'
