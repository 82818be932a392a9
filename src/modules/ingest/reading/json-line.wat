;; One line of NDJSON to the places of its values, if it is an object of scalars, lists of scalars and objects, with
;; keys that have no escapes. Everything JSON.parse refuses is refused here (RFC 8259); what is merely too rich is
;; refused too, and goes to JSON.parse. json-line.ts is the caller and says where things lie.
;;
;; Members. Every path of keys that occurred (`winlog.event_data.Image`) has a node, which knows its key, its parent
;; and the node that came behind it last time. Lines resemble one another: a key is nearly always compared with the one
;; expected and never searched for. Of each member the line's part is written into its node.
;;
;; Shapes. Lines with the same members of the same kinds have one shape, in whatever order the members come.
;;
;; Tokens. Short strings that come again are kept, with a number each. A string is compared with the one kept byte by
;; byte: nothing is concluded from a hash.
;;
;; Strings are looked at thirty-two bytes at a time. A line ends with its line feed, a control character, so nothing
;; here needs to ask whether the line is over.
;;
;; Memory (json-line.ts has the same numbers):
;;   0 number of members, 4 non-zero when bytes above 0x7f occurred, 8 non-zero when a value has a \u escape,
;;   12 number of nodes, 16 number of shapes, 20 end of the shapes, 24 number of tokens, 28 end of the kept strings,
;;   32 number of the line, 36 non-zero when a token was refused for want of room, 40 hash of the line's shape,
;;   48 its line feed, 64 sixteen 0xff and sixteen 0, 96 the characters that may follow a backslash by the lower half
;;   of their byte, but for b and r, 128 to 223 what strings are compared with, 256 what the characters behind a
;;   backslash stand for, 512 the nodes of the line in order.
;; Node, 128 bytes: 0 number of the last line that has it, 4 start and 8 end of the value with its kind in the upper
;;   four bits, 12 class, 16 token (-2: not asked for), 20 the node after it last time, 24 length of the key with its
;;   closing quote, 28 parent, 32 the token it had last, 36 a bit for every byte of the key's first block, 39 non-zero
;;   when the key has bytes above 0x7f, 40 what it adds to the hash of a shape, 48 the key with its quote, then zeros.
;; Shape: 0 hash, 8 number of members, 12 its number, 16 its members, four bytes each: node + class.
;; Token: 0 start of the kept bytes, 4 their number, 8 hash.
;; Class: the kind of a value, but 0 for all strings and 4 for both truth values; 8 for an object.
(module
  (import "line" "memory" (memory 1))
  (data (i32.const 64) "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff")
  (data (i32.const 96) "\ff\00\22\00\74\00\66\00\00\00\00\00\5c\00\6e\2f")
  (data (i32.const 128)
    "\22\22\22\22\22\22\22\22\22\22\22\22\22\22\22\22"  ;; "
    "\5c\5c\5c\5c\5c\5c\5c\5c\5c\5c\5c\5c\5c\5c\5c\5c"  ;; \
    "\1f\1f\1f\1f\1f\1f\1f\1f\1f\1f\1f\1f\1f\1f\1f\1f"
    "\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f"
    "\62\62\62\62\62\62\62\62\62\62\62\62\62\62\62\62"  ;; b
    "\72\72\72\72\72\72\72\72\72\72\72\72\72\72\72\72")  ;; r
  (data (i32.const 290) "\22")                    ;; \"
  (data (i32.const 303) "\2f")                    ;; \/
  (data (i32.const 348) "\5c")                    ;; \\
  (data (i32.const 354) "\08\00\00\00\0c")        ;; \b \f
  (data (i32.const 366) "\0a\00\00\00\0d\00\09")  ;; \n \r \t

  (global $kind (mut i32) (i32.const 0))
  (global $high (mut v128) (v128.const i64x2 0 0))
  (global $unicode (mut i32) (i32.const 0))

  (global $NODES i32 (i32.const 8192))
  (global $MOST_NODES i32 (i32.const 4096))
  (global $NODE_TABLE i32 (i32.const 532480))     ;; 8,192 numbers of nodes
  (global $SHAPE_TABLE i32 (i32.const 565248))    ;; 4,096 addresses of shapes
  (global $TOKENS i32 (i32.const 581632))         ;; 16,384 of 16 bytes
  (global $MOST_TOKENS i32 (i32.const 16384))
  (global $TOKEN_TABLE i32 (i32.const 843776))    ;; 32,768 numbers of tokens
  (global $SEEN i32 (i32.const 974848))           ;; 16,384 hashes of strings seen once
  (global $SHAPES_END i32 (i32.const 3137536))
  (global $KEPT_END i32 (i32.const 7331840))

  (func $is_hex (param $at i32) (result i32)
    (local $c i32)
    (local.set $c (i32.load8_u (local.get $at)))
    (i32.or
      (i32.lt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 10))
      (i32.lt_u (i32.sub (i32.or (local.get $c) (i32.const 32)) (i32.const 97)) (i32.const 6))))

  ;; Past blanks; a line feed stops it.
  (func $skip (param $at i32) (result i32)
    (local $c i32)
    (loop $next
      (local.set $c (i32.load8_u (local.get $at)))
      (if (i32.gt_u (local.get $c) (i32.const 32)) (then (return (local.get $at))))
      (if (i32.or (i32.or
            (i32.eq (local.get $c) (i32.const 32))
            (i32.eq (local.get $c) (i32.const 9)))
            (i32.eq (local.get $c) (i32.const 13)))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    (local.get $at))

  ;; From behind the opening quote to behind the closing one, or 0. Adds to the kind: 1 escapes, 2 also \u.
  ;; Which characters are escaped is told without a loop over them: Langdale and Lemire, Parsing Gigabytes of JSON per
  ;; Second, 2019, section 3.1.1, here for thirty-two characters.
  (func $string (param $at i32) (result i32)
    (local $one v128) (local $two v128) (local $high v128) (local $quote v128) (local $slash v128) (local $control v128)
    (local $slashes i32) (local $stops i32) (local $carry i32) (local $follows i32) (local $sum i32)
    (local $escaped i32) (local $any i32)
    (local.set $high (global.get $high))
    (local.set $quote (v128.load (i32.const 128)))
    (local.set $slash (v128.load (i32.const 144)))
    (local.set $control (v128.load (i32.const 160)))
    (loop $blocks
      (local.set $one (v128.load align=1 (local.get $at)))
      (local.set $two (v128.load offset=16 align=1 (local.get $at)))
      (local.set $high (v128.or (local.get $high) (v128.or (local.get $one) (local.get $two))))
      (local.set $slashes (i32.or
        (i8x16.bitmask (i8x16.eq (local.get $one) (local.get $slash)))
        (i32.shl (i8x16.bitmask (i8x16.eq (local.get $two) (local.get $slash))) (i32.const 16))))
      (local.set $stops (i32.or
        (i8x16.bitmask (v128.or
          (i8x16.eq (local.get $one) (local.get $quote))
          (i8x16.eq (local.get $one) (i8x16.min_u (local.get $one) (local.get $control)))))
        (i32.shl
          (i8x16.bitmask (v128.or
            (i8x16.eq (local.get $two) (local.get $quote))
            (i8x16.eq (local.get $two) (i8x16.min_u (local.get $two) (local.get $control)))))
          (i32.const 16))))
      (if (i32.or (local.get $carry) (i32.and (local.get $slashes) (call $below (local.get $stops))))
        (then
          (local.set $slashes (i32.and (local.get $slashes) (i32.xor (local.get $carry) (i32.const -1))))
          (local.set $follows (i32.or (i32.shl (local.get $slashes) (i32.const 1)) (local.get $carry)))
          (local.set $sum (i32.add (local.get $slashes)
            (i32.and (i32.and (local.get $slashes) (i32.const 0xaaaaaaaa))
              (i32.xor (local.get $follows) (i32.const -1)))))
          (local.set $carry (i32.lt_u (local.get $sum) (local.get $slashes)))
          (local.set $escaped (i32.and (local.get $follows)
            (i32.xor (i32.const 0x55555555) (i32.shl (local.get $sum) (i32.const 1)))))
          (local.set $stops (i32.and (local.get $stops) (i32.xor (local.get $escaped) (i32.const -1))))
          (local.set $escaped (i32.and (local.get $escaped) (call $below (local.get $stops))))
          (local.set $any (i32.or (local.get $any) (local.get $escaped)))
          ;; Those that do not stand for themselves or for one other.
          (local.set $escaped (i32.and (local.get $escaped) (i32.xor (i32.const -1) (i32.or
            (call $simple (local.get $one))
            (i32.shl (call $simple (local.get $two)) (i32.const 16))))))
          (if (local.get $escaped)
            (then
              (if (i32.eqz (call $unicode (local.get $at) (local.get $escaped))) (then (return (i32.const 0))))))))
      (if (i32.eqz (local.get $stops))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br $blocks))))
    (global.set $high (local.get $high))
    (if (local.get $any)
      (then
        (global.set $kind (select (i32.const 2) (i32.const 1) (i32.eq (global.get $kind) (i32.const 2))))))
    (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $stops))))
    (select (i32.add (local.get $at) (i32.const 1)) (i32.const 0)
      (i32.eq (i32.load8_u (local.get $at)) (i32.const 34))))

  ;; All bits below the lowest one of a mask.
  (func $below (param $mask i32) (result i32)
    (i32.and (i32.sub (local.get $mask) (i32.const 1)) (i32.xor (local.get $mask) (i32.const -1))))

  ;; Which of sixteen characters may follow a backslash by themselves.
  (func $simple (param $block v128) (result i32)
    (i8x16.bitmask (v128.or
      (i8x16.eq (local.get $block)
        (i8x16.swizzle (v128.load (i32.const 96)) (v128.and (local.get $block) (v128.load (i32.const 176)))))
      (v128.or
        (i8x16.eq (local.get $block) (v128.load (i32.const 192)))
        (i8x16.eq (local.get $block) (v128.load (i32.const 208)))))))

  ;; Whether the escaped characters at $mask are all `u` before four digits.
  (func $unicode (param $at i32) (param $mask i32) (result i32)
    (local $place i32)
    (loop $next
      (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $mask))))
      (if (i32.ne (i32.load8_u (local.get $place)) (i32.const 117)) (then (return (i32.const 0))))
      (if (i32.eqz (i32.and
            (i32.and
              (call $is_hex (i32.add (local.get $place) (i32.const 1)))
              (call $is_hex (i32.add (local.get $place) (i32.const 2))))
            (i32.and
              (call $is_hex (i32.add (local.get $place) (i32.const 3)))
              (call $is_hex (i32.add (local.get $place) (i32.const 4))))))
        (then (return (i32.const 0))))
      (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
      (br_if $next (local.get $mask)))
    (global.set $kind (i32.const 2))
    (global.set $unicode (i32.const 1))
    (i32.const 1))

  ;; Past digits.
  (func $digits (param $at i32) (result i32)
    (loop $next
      (if (i32.lt_u (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)) (i32.const 10))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    (local.get $at))

  (func $number (param $at i32) (result i32)
    (local $from i32)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 45))
      (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
    (local.set $from (local.get $at))
    (local.set $at (call $digits (local.get $at)))
    (if (i32.eq (local.get $at) (local.get $from)) (then (return (i32.const 0))))
    ;; No digit may follow a leading zero.
    (if (i32.and
          (i32.eq (i32.load8_u (local.get $from)) (i32.const 48))
          (i32.ne (local.get $at) (i32.add (local.get $from) (i32.const 1))))
      (then (return (i32.const 0))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 46))
      (then
        (local.set $from (i32.add (local.get $at) (i32.const 1)))
        (local.set $at (call $digits (local.get $from)))
        (if (i32.eq (local.get $at) (local.get $from)) (then (return (i32.const 0))))))
    (if (i32.eq (i32.or (i32.load8_u (local.get $at)) (i32.const 32)) (i32.const 101))
      (then
        (local.set $from (i32.add (local.get $at) (i32.const 1)))
        (if (i32.or
              (i32.eq (i32.load8_u (local.get $from)) (i32.const 43))
              (i32.eq (i32.load8_u (local.get $from)) (i32.const 45)))
          (then (local.set $from (i32.add (local.get $from) (i32.const 1)))))
        (local.set $at (call $digits (local.get $from)))
        (if (i32.eq (local.get $at) (local.get $from)) (then (return (i32.const 0))))))
    (local.get $at))

  ;; A string, number or literal; behind it, or 0. Kinds: 0 to 2 string, 3 number, 4 true, 5 false, 6 null.
  (func $scalar (param $at i32) (result i32)
    (local $c i32)
    (local.set $c (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $c) (i32.const 34))
      (then
        (global.set $kind (i32.const 0))
        (return (call $string (i32.add (local.get $at) (i32.const 1))))))
    (if (i32.or
          (i32.eq (local.get $c) (i32.const 45))
          (i32.lt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 10)))
      (then
        (global.set $kind (i32.const 3))
        (return (call $number (local.get $at)))))
    (if (i32.eq (i32.load align=1 (local.get $at)) (i32.const 0x65757274))  ;; "true"
      (then
        (global.set $kind (i32.const 4))
        (return (i32.add (local.get $at) (i32.const 4)))))
    (if (i32.eq (i32.load align=1 (local.get $at)) (i32.const 0x6c6c756e))  ;; "null"
      (then
        (global.set $kind (i32.const 6))
        (return (i32.add (local.get $at) (i32.const 4)))))
    (if (i32.and
          (i32.eq (i32.load align=1 (local.get $at)) (i32.const 0x736c6166))  ;; "fals"
          (i32.eq (i32.load8_u offset=4 (local.get $at)) (i32.const 101)))
      (then
        (global.set $kind (i32.const 5))
        (return (i32.add (local.get $at) (i32.const 5)))))
    (i32.const 0))

  ;; A list of at most $most scalars, from behind its bracket. Kind 7.
  (func $list (param $at i32) (param $most i32) (result i32)
    (local $c i32)
    (local.set $at (call $skip (local.get $at)))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 93))
      (then
        (global.set $kind (i32.const 7))
        (return (i32.add (local.get $at) (i32.const 1)))))
    (loop $next
      (if (i32.eqz (local.get $most)) (then (return (i32.const 0))))
      (local.set $most (i32.sub (local.get $most) (i32.const 1)))
      (local.set $at (call $scalar (local.get $at)))
      (if (i32.eqz (local.get $at)) (then (return (i32.const 0))))
      (local.set $at (call $skip (local.get $at)))
      (local.set $c (i32.load8_u (local.get $at)))
      (if (i32.eq (local.get $c) (i32.const 44))
        (then
          (local.set $at (call $skip (i32.add (local.get $at) (i32.const 1))))
          (br $next))))
    (global.set $kind (i32.const 7))
    (select (i32.add (local.get $at) (i32.const 1)) (i32.const 0) (i32.eq (local.get $c) (i32.const 93))))

  ;; Whether the first $length bytes at two places are the same, sixteen at a time.
  (func $same (param $one i32) (param $two i32) (param $length i32) (result i32)
    (loop $blocks
      (if (i32.le_s (local.get $length) (i32.const 16))
        (then
          (return (i32.eqz (i32.and
            (i32.xor (i32.const 0xffff) (i8x16.bitmask (i8x16.eq
              (v128.load align=1 (local.get $one)) (v128.load align=1 (local.get $two)))))
            (i32.sub (i32.shl (i32.const 1) (local.get $length)) (i32.const 1)))))))
      (if (i32.ne (i32.const 0xffff) (i8x16.bitmask (i8x16.eq
            (v128.load align=1 (local.get $one)) (v128.load align=1 (local.get $two)))))
        (then (return (i32.const 0))))
      (local.set $one (i32.add (local.get $one) (i32.const 16)))
      (local.set $two (i32.add (local.get $two) (i32.const 16)))
      (local.set $length (i32.sub (local.get $length) (i32.const 16)))
      (br $blocks))
    (unreachable))

  ;; Copies whole blocks, the last of them padded with zeros.
  (func $copy (param $from i32) (param $to i32) (param $length i32)
    (loop $blocks
      (if (i32.gt_s (local.get $length) (i32.const 16))
        (then
          (v128.store align=1 (local.get $to) (v128.load align=1 (local.get $from)))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $to (i32.add (local.get $to) (i32.const 16)))
          (local.set $length (i32.sub (local.get $length) (i32.const 16)))
          (br $blocks))))
    (v128.store align=1 (local.get $to) (call $tail (local.get $from) (local.get $length))))

  ;; The last $length bytes, at most sixteen, the others zero.
  (func $tail (param $at i32) (param $length i32) (result v128)
    (v128.and
      (v128.load align=1 (local.get $at))
      (v128.load align=1 (i32.sub (i32.const 80) (local.get $length)))))

  (func $hash (param $at i32) (param $length i32) (param $seed i32) (result i64)
    (local $one i64) (local $two i64) (local $block v128)
    (local.set $one (i64.xor (i64.extend_i32_u (local.get $seed)) (i64.const 0x243f6a8885a308d3)))
    (local.set $two (i64.xor (i64.extend_i32_u (local.get $length)) (i64.const 0x13198a2e03707344)))
    (loop $blocks
      (local.set $block (if (result v128) (i32.gt_s (local.get $length) (i32.const 16))
        (then (v128.load align=1 (local.get $at)))
        (else (call $tail (local.get $at) (local.get $length)))))
      (local.set $one (i64.mul (i64.rotl (i64.xor (local.get $one) (i64x2.extract_lane 0 (local.get $block)))
        (i64.const 29)) (i64.const 0x9e3779b97f4a7c15)))
      (local.set $two (i64.mul (i64.rotl (i64.xor (local.get $two) (i64x2.extract_lane 1 (local.get $block)))
        (i64.const 31)) (i64.const 0xd6e8feb86659fd93)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (local.set $length (i32.sub (local.get $length) (i32.const 16)))
      (br_if $blocks (i32.gt_s (local.get $length) (i32.const 0))))
    (local.set $one (i64.mul
      (i64.xor (local.get $one) (i64.rotl (local.get $two) (i64.const 32)))
      (i64.const 0x9e3779b97f4a7c15)))
    (i64.xor (local.get $one) (i64.shr_u (local.get $one) (i64.const 32))))

  ;; The node of the key at $at under $parent; 0 when the key has escapes, is too long or collides with many others
  ;; (which somebody may have seen to), -1 when there are too many.
  (func $find (param $parent i32) (param $at i32) (result i32)
    (local $length i32) (local $salt i64) (local $hash i32) (local $node i32) (local $place i32) (local $number i32)
    (local $tries i32)
    (global.set $kind (i32.const 0))
    (local.set $length (call $string (local.get $at)))
    (if (i32.or (i32.eqz (local.get $length)) (global.get $kind)) (then (return (i32.const 0))))
    (local.set $length (i32.sub (local.get $length) (local.get $at)))
    (if (i32.gt_u (local.get $length) (i32.const 80)) (then (return (i32.const 0))))
    (local.set $salt (call $hash (local.get $at) (local.get $length) (local.get $parent)))
    (local.set $hash (i32.wrap_i64 (local.get $salt)))
    (loop $probe
      (local.set $place (i32.add (global.get $NODE_TABLE)
        (i32.shl (i32.and (local.get $hash) (i32.const 8191)) (i32.const 2))))
      (local.set $number (i32.load (local.get $place)))
      (if (local.get $number)
        (then
          (local.set $node (i32.add (global.get $NODES) (i32.shl (local.get $number) (i32.const 7))))
          (if (i32.and
                (i32.eq (i32.load offset=28 (local.get $node)) (local.get $parent))
                (i32.eq (i32.load offset=24 (local.get $node)) (local.get $length)))
            (then
              (if (call $same (local.get $at) (i32.add (local.get $node) (i32.const 48)) (local.get $length))
                (then (return (local.get $node))))))
          (local.set $hash (i32.add (local.get $hash) (i32.const 1)))
          (local.set $tries (i32.add (local.get $tries) (i32.const 1)))
          (br_if $probe (i32.lt_u (local.get $tries) (i32.const 64)))
          (return (i32.const 0)))))
    ;; Node 0 is the line itself.
    (local.set $number (i32.add (i32.load (i32.const 12)) (i32.const 1)))
    (if (i32.ge_u (local.get $number) (global.get $MOST_NODES)) (then (return (i32.const -1))))
    (i32.store (i32.const 12) (local.get $number))
    (i32.store (local.get $place) (local.get $number))
    (local.set $node (i32.add (global.get $NODES) (i32.shl (local.get $number) (i32.const 7))))
    (i32.store (local.get $node) (i32.const 0))
    (i32.store offset=20 (local.get $node) (i32.const 0))
    (i32.store offset=24 (local.get $node) (local.get $length))
    (i32.store offset=28 (local.get $node) (local.get $parent))
    (i32.store offset=32 (local.get $node) (i32.const -1))
    (i64.store offset=40 (local.get $node) (local.get $salt))
    (i32.store offset=36 (local.get $node)
      (select (i32.const 0xffff)
        (i32.sub (i32.shl (i32.const 1) (local.get $length)) (i32.const 1))
        (i32.ge_u (local.get $length) (i32.const 16))))
    (call $copy (local.get $at) (i32.add (local.get $node) (i32.const 48)) (local.get $length))
    (local.set $place (i32.const 0))
    (loop $bytes
      (local.set $place (i32.or (local.get $place)
        (i32.load8_u offset=47 (i32.add (local.get $node) (local.get $length)))))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br_if $bytes (local.get $length)))
    (i32.store8 offset=39 (local.get $node) (i32.and (local.get $place) (i32.const 0x80)))
    (local.get $node))

  ;; Reads the line at $at, which must have its line feed before $limit; there is one at $limit itself. Answers the
  ;; number of its shape, 1 or more; 0 when the line is not understood, -1 when its shape is new, -2 when there are too
  ;; many nodes.
  (func (export "read") (param $at i32) (param $limit i32) (param $mostMembers i32) (param $mostValues i32)
    (param $mostDepth i32) (result i32)
    (local $now i32) (local $node i32) (local $before i32) (local $parent i32) (local $entry i32) (local $last i32)
    (local $class i32) (local $c i32) (local $keyHigh i32) (local $hash i64)
    (global.set $high (v128.const i64x2 0 0))
    (global.set $unicode (i32.const 0))
    (local.set $now (i32.add (i32.load (i32.const 32)) (i32.const 1)))
    (i32.store (i32.const 32) (local.get $now))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 123)) (then (return (i32.const 0))))
    (local.set $at (call $skip (i32.add (local.get $at) (i32.const 1))))
    (local.set $parent (global.get $NODES))
    (local.set $before (local.get $parent))
    (local.set $entry (i32.const 512))
    (local.set $last (i32.add (i32.const 512) (i32.shl (local.get $mostMembers) (i32.const 2))))
    (block $done
      (loop $member
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 34)) (then (return (i32.const 0))))
        (if (i32.eq (local.get $entry) (local.get $last)) (then (return (i32.const 0))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $node (i32.load offset=20 (local.get $before)))
        (block $expected
          (if (i32.and
                (i32.ne (local.get $node) (i32.const 0))
                (i32.eq (i32.load offset=28 (local.get $node)) (local.get $parent)))
            (then
              (local.set $c (i32.load16_u offset=36 (local.get $node)))
              (if (i32.eq (local.get $c) (i32.and (local.get $c) (i8x16.bitmask (i8x16.eq
                    (v128.load align=1 (local.get $at))
                    (v128.load offset=48 (local.get $node))))))
                (then
                  (br_if $expected (i32.le_u (i32.load offset=24 (local.get $node)) (i32.const 16)))
                  (br_if $expected (call $same
                    (i32.add (local.get $at) (i32.const 16))
                    (i32.add (local.get $node) (i32.const 64))
                    (i32.sub (i32.load offset=24 (local.get $node)) (i32.const 16))))))))
          (local.set $node (call $find (local.get $parent) (local.get $at)))
          (if (i32.eqz (local.get $node)) (then (return (i32.const 0))))
          (if (i32.eq (local.get $node) (i32.const -1)) (then (return (i32.const -2))))
          (i32.store offset=20 (local.get $before) (local.get $node)))
        ;; A name given twice.
        (if (i32.eq (i32.load (local.get $node)) (local.get $now)) (then (return (i32.const 0))))
        (i32.store (local.get $node) (local.get $now))
        (i32.store (local.get $entry) (local.get $node))
        (local.set $entry (i32.add (local.get $entry) (i32.const 4)))
        (local.set $keyHigh (i32.or (local.get $keyHigh) (i32.load8_u offset=39 (local.get $node))))
        (local.set $before (local.get $node))
        (local.set $at (i32.add (local.get $at) (i32.load offset=24 (local.get $node))))
        (local.set $c (i32.load8_u (local.get $at)))
        (if (i32.le_u (local.get $c) (i32.const 32))
          (then
            (local.set $at (call $skip (local.get $at)))
            (local.set $c (i32.load8_u (local.get $at)))))
        (if (i32.ne (local.get $c) (i32.const 58)) (then (return (i32.const 0))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $c (i32.load8_u (local.get $at)))
        (if (i32.le_u (local.get $c) (i32.const 32))
          (then
            (local.set $at (call $skip (local.get $at)))
            (local.set $c (i32.load8_u (local.get $at)))))
        (i32.store offset=4 (local.get $node) (local.get $at))
        (i32.store offset=16 (local.get $node) (i32.const -2))
        (block $value
          (if (i32.eq (local.get $c) (i32.const 34))
            (then
              (global.set $kind (i32.const 0))
              (local.set $at (call $string (i32.add (local.get $at) (i32.const 1))))
              (local.set $class (i32.const 0))
              (br $value)))
          (if (i32.eq (local.get $c) (i32.const 123))
            (then
              (local.set $class (i32.const 8))
              (i32.store offset=12 (local.get $node) (i32.const 8))
              (i32.store offset=8 (local.get $node) (i32.const 0x80000000))
              (local.set $hash (i64.add (local.get $hash)
                (i64.rotl (i64.load offset=40 (local.get $node)) (i64.const 8))))
              (if (i32.eqz (local.get $mostDepth)) (then (return (i32.const 0))))
              (local.set $mostDepth (i32.sub (local.get $mostDepth) (i32.const 1)))
              (local.set $parent (local.get $node))
              (local.set $at (call $skip (i32.add (local.get $at) (i32.const 1))))
              (br_if $member (i32.ne (i32.load8_u (local.get $at)) (i32.const 125)))
              (br $value)))
          (if (i32.eq (local.get $c) (i32.const 91))
            (then
              (local.set $at (call $list (i32.add (local.get $at) (i32.const 1)) (local.get $mostValues)))
              (local.set $class (i32.const 7))
              (br $value)))
          (local.set $at (call $scalar (local.get $at)))
          (local.set $class (global.get $kind))
          (if (i32.eq (local.get $class) (i32.const 5)) (then (local.set $class (i32.const 4)))))
        (if (i32.eqz (local.get $at)) (then (return (i32.const 0))))
        (if (i32.ne (local.get $class) (i32.const 8))
          (then
            (i32.store offset=8 (local.get $node)
              (i32.or (local.get $at) (i32.shl (global.get $kind) (i32.const 28))))
            (i32.store offset=12 (local.get $node) (local.get $class))
            (local.set $hash (i64.add (local.get $hash)
              (i64.rotl (i64.load offset=40 (local.get $node)) (i64.extend_i32_u (local.get $class)))))))
        (loop $behind
          (local.set $c (i32.load8_u (local.get $at)))
          (if (i32.eq (local.get $c) (i32.const 44))
            (then
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (br_if $member (i32.eq (i32.load8_u (local.get $at)) (i32.const 34)))
              (local.set $at (call $skip (local.get $at)))
              (br $member)))
          (if (i32.eq (local.get $c) (i32.const 125))
            (then
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (br_if $done (i32.eq (local.get $parent) (global.get $NODES)))
              (local.set $parent (i32.load offset=28 (local.get $parent)))
              (local.set $mostDepth (i32.add (local.get $mostDepth) (i32.const 1)))
              (br $behind)))
          (if (i32.gt_u (local.get $c) (i32.const 32)) (then (return (i32.const 0))))
          (local.set $at (call $skip (local.get $at)))
          (br_if $behind (i32.gt_u (i32.load8_u (local.get $at)) (i32.const 32)))))
      (return (i32.const 0)))
    (local.set $at (call $skip (local.get $at)))
    (if (i32.or
          (i32.ne (i32.load8_u (local.get $at)) (i32.const 10))
          (i32.ge_u (local.get $at) (local.get $limit)))
      (then (return (i32.const 0))))
    (i32.store (i32.const 48) (local.get $at))
    (i32.store (i32.const 0) (i32.shr_u (i32.sub (local.get $entry) (i32.const 512)) (i32.const 2)))
    (i32.store (i32.const 4) (i32.or (local.get $keyHigh) (i8x16.bitmask (global.get $high))))
    (i32.store (i32.const 8) (global.get $unicode))
    (i64.store (i32.const 40) (local.get $hash))
    (call $shape (local.get $hash) (local.get $now)))

  ;; The number of the shape of a line, -1 when there is none yet.
  (func $shape (param $hash i64) (param $now i32) (result i32)
    (local $probe i32) (local $shape i32) (local $at i32) (local $end i32) (local $member i32) (local $node i32)
    (local.set $probe (i32.wrap_i64 (i64.shr_u (local.get $hash) (i64.const 32))))
      (loop $next
        (local.set $shape (i32.load (i32.add (global.get $SHAPE_TABLE)
          (i32.shl (i32.and (local.get $probe) (i32.const 4095)) (i32.const 2)))))
        (if (i32.eqz (local.get $shape)) (then (return (i32.const -1))))
        (local.set $probe (i32.add (local.get $probe) (i32.const 1)))
        (br_if $next (i64.ne (i64.load (local.get $shape)) (local.get $hash)))
        (br_if $next (i32.ne (i32.load offset=8 (local.get $shape)) (i32.load (i32.const 0))))
        (local.set $at (i32.add (local.get $shape) (i32.const 16)))
        (local.set $end (i32.add (local.get $at) (i32.shl (i32.load offset=8 (local.get $shape)) (i32.const 2))))
        (loop $members
          (local.set $member (i32.load (local.get $at)))
          (local.set $node (i32.and (local.get $member) (i32.const -16)))
          (br_if $next (i32.or
            (i32.ne (i32.load (local.get $node)) (local.get $now))
            (i32.ne (i32.load offset=12 (local.get $node)) (i32.and (local.get $member) (i32.const 15)))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br_if $members (i32.lt_u (local.get $at) (local.get $end)))))
    (i32.load offset=12 (local.get $shape)))

  ;; Gives the shape of the line just read a number; 0 when there is no room.
  (func (export "learn") (param $mostShapes i32) (result i32)
    (local $number i32) (local $shape i32) (local $count i32) (local $probe i32) (local $place i32) (local $at i32)
    (local $node i32)
    (local.set $number (i32.add (i32.load (i32.const 16)) (i32.const 1)))
    (local.set $shape (i32.load (i32.const 20)))
    (local.set $count (i32.load (i32.const 0)))
    (if (i32.or
          (i32.gt_u (local.get $number) (local.get $mostShapes))
          (i32.gt_u
            (i32.add (local.get $shape) (i32.add (i32.const 32) (i32.shl (local.get $count) (i32.const 2))))
            (global.get $SHAPES_END)))
      (then (return (i32.const 0))))
    (i64.store (local.get $shape) (i64.load (i32.const 40)))
    (i32.store offset=8 (local.get $shape) (local.get $count))
    (i32.store offset=12 (local.get $shape) (local.get $number))
    (local.set $probe (i32.load (i32.const 44)))
    (loop $next
      (local.set $place (i32.add (global.get $SHAPE_TABLE)
        (i32.shl (i32.and (local.get $probe) (i32.const 4095)) (i32.const 2))))
      (local.set $probe (i32.add (local.get $probe) (i32.const 1)))
      (br_if $next (i32.load (local.get $place))))
    (i32.store (local.get $place) (local.get $shape))
    (local.set $at (i32.const 512))
    (local.set $place (i32.add (local.get $shape) (i32.const 16)))
    (loop $members
      (local.set $node (i32.load (local.get $at)))
      (i32.store (local.get $place) (i32.or (local.get $node) (i32.load offset=12 (local.get $node))))
      (local.set $place (i32.add (local.get $place) (i32.const 4)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $members (local.get $count)))
    (i32.store (i32.const 16) (local.get $number))
    (i32.store (i32.const 20) (i32.and (i32.add (local.get $place) (i32.const 15)) (i32.const -16)))
    (local.get $number))

  ;; The token of the string that a node of this line has: -1 when it has none, or is no string.
  (func (export "token") (param $node i32) (param $mostBytes i32) (result i32)
    (local $start i32) (local $length i32) (local $token i32)
    (local.set $start (i32.add (i32.load offset=4 (local.get $node)) (i32.const 1)))
    (local.set $length (i32.load offset=8 (local.get $node)))
    (local.set $token (i32.const -1))
    (if (i32.le_u (i32.shr_u (local.get $length) (i32.const 28)) (i32.const 1))
      (then
        (local.set $length (i32.sub
          (i32.and (local.get $length) (i32.const 0xfffffff))
          (i32.add (local.get $start) (i32.const 1))))
        (if (i32.le_u (local.get $length) (local.get $mostBytes))
          (then
            ;; Often it is what the member had when it was asked for last.
            (local.set $token (i32.load offset=32 (local.get $node)))
            (if (i32.eqz (call $holds (local.get $token) (local.get $start) (local.get $length)))
              (then
                (local.set $token (call $kept (local.get $start) (local.get $length)))
                (if (i32.ge_s (local.get $token) (i32.const 0))
                  (then (i32.store offset=32 (local.get $node) (local.get $token))))))))))
    (i32.store offset=16 (local.get $node) (local.get $token))
    (local.get $token))

  ;; Whether a token is given, and for this string.
  (func $holds (param $token i32) (param $start i32) (param $length i32) (result i32)
    (local $record i32)
    (if (i32.ge_u (local.get $token) (i32.load (i32.const 24))) (then (return (i32.const 0))))
    (local.set $record (i32.add (global.get $TOKENS) (i32.shl (local.get $token) (i32.const 4))))
    (if (i32.ne (i32.load offset=4 (local.get $record)) (local.get $length)) (then (return (i32.const 0))))
    (call $same (local.get $start) (i32.load (local.get $record)) (local.get $length)))

  (func $kept (param $start i32) (param $length i32) (result i32)
    (local $hash i64) (local $probe i32) (local $place i32) (local $token i32) (local $tries i32) (local $tag i32)
    (local $record i32) (local $to i32)
    (local.set $hash (call $hash (local.get $start) (local.get $length) (i32.const 0)))
    (local.set $probe (i32.wrap_i64 (local.get $hash)))
    (local.set $tag (i32.or (i32.wrap_i64 (i64.shr_u (local.get $hash) (i64.const 32))) (i32.const 1)))
    (local.set $tries (i32.const 16))
    (block $new
      (loop $next
        (local.set $place (i32.add (global.get $TOKEN_TABLE)
          (i32.shl (i32.and (local.get $probe) (i32.const 32767)) (i32.const 2))))
        (local.set $token (i32.load (local.get $place)))
        (br_if $new (i32.eqz (local.get $token)))
        (local.set $record (i32.add (global.get $TOKENS)
          (i32.shl (i32.sub (local.get $token) (i32.const 1)) (i32.const 4))))
        (if (i32.and
              (i32.eq (i32.load offset=8 (local.get $record)) (local.get $tag))
              (i32.eq (i32.load offset=4 (local.get $record)) (local.get $length)))
          (then
            (if (call $same (local.get $start) (i32.load (local.get $record)) (local.get $length))
              (then (return (i32.sub (local.get $token) (i32.const 1)))))))
        (local.set $probe (i32.add (local.get $probe) (i32.const 1)))
        (local.set $tries (i32.sub (local.get $tries) (i32.const 1)))
        (br_if $next (local.get $tries)))
      (return (i32.const -1)))
    ;; What comes once is not worth keeping.
    (local.set $record (i32.add (global.get $SEEN)
      (i32.shl (i32.and (i32.wrap_i64 (local.get $hash)) (i32.const 16383)) (i32.const 2))))
    (if (i32.ne (i32.load (local.get $record)) (local.get $tag))
      (then
        (i32.store (local.get $record) (local.get $tag))
        (return (i32.const -1))))
    (local.set $token (i32.load (i32.const 24)))
    (local.set $to (i32.load (i32.const 28)))
    (if (i32.or
          (i32.ge_u (local.get $token) (global.get $MOST_TOKENS))
          (i32.gt_u (i32.add (local.get $to) (i32.add (local.get $length) (i32.const 32))) (global.get $KEPT_END)))
      (then
        (i32.store (i32.const 36) (i32.const 1))
        (return (i32.const -1))))
    (i32.store (i32.const 24) (i32.add (local.get $token) (i32.const 1)))
    (i32.store (local.get $place) (i32.add (local.get $token) (i32.const 1)))
    (local.set $record (i32.add (global.get $TOKENS) (i32.shl (local.get $token) (i32.const 4))))
    (i32.store (local.get $record) (local.get $to))
    (i32.store offset=4 (local.get $record) (local.get $length))
    (i32.store offset=8 (local.get $record) (local.get $tag))
    (call $copy (local.get $start) (local.get $to) (local.get $length))
    (i32.store (i32.const 28) (i32.and
      (i32.add (local.get $to) (i32.add (local.get $length) (i32.const 16))) (i32.const -16)))
    (local.get $token))

  ;; Copies a string to $to with its escapes resolved (no \u among them) and answers the length. The copy runs up to
  ;; fifteen bytes over.
  (func (export "unescape") (param $at i32) (param $end i32) (param $to i32) (result i32)
    (local $out i32) (local $block v128) (local $mask i32) (local $step i32)
    (local.set $out (local.get $to))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $block (v128.load align=1 (local.get $at)))
        (v128.store align=1 (local.get $out) (local.get $block))
        (local.set $mask (i8x16.bitmask (i8x16.eq (local.get $block) (i8x16.splat (i32.const 92)))))
        (local.set $step (select (i32.ctz (local.get $mask)) (i32.const 16) (local.get $mask)))
        (if (i32.ge_u (i32.add (local.get $at) (local.get $step)) (local.get $end))
          (then
            (local.set $out (i32.add (local.get $out) (i32.sub (local.get $end) (local.get $at))))
            (br $done)))
        (local.set $at (i32.add (local.get $at) (local.get $step)))
        (local.set $out (i32.add (local.get $out) (local.get $step)))
        (br_if $next (i32.eqz (local.get $mask)))
        (i32.store8 (local.get $out)
          (i32.load8_u offset=256 (i32.load8_u offset=1 (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (local.set $out (i32.add (local.get $out) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $out) (local.get $to))))
