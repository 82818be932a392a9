;; One line of NDJSON to the places of its keys and values, if it is a flat object: members that are scalars or lists
;; of scalars, keys without escapes. Everything JSON.parse refuses is refused here (RFC 8259); what is merely too rich
;; is refused too, and goes to JSON.parse. flat-json.ts is the caller and says where things lie.
;;
;; A line is read once. Inside strings sixteen bytes are looked at together: only quotes, backslashes and control
;; characters need a closer look, and a mask says where they are. The byte after a line is its line feed, a control
;; character, so nothing here needs to ask whether the line is over.
;;
;; Memory: 0 hash of the keys, 4 non-zero when bytes above 0x7f occurred, 8 non-zero when a value has a \u escape,
;;         256 what the character after a backslash stands for, 4096 the members, four words each:
;;         start and end of the key, start and end of the value with its kind in the upper four bits.
(module
  (import "flat" "memory" (memory 1))
  (data (i32.const 290) "\22")                    ;; \"
  (data (i32.const 303) "\2f")                    ;; \/
  (data (i32.const 348) "\5c")                    ;; \\
  (data (i32.const 354) "\08\00\00\00\0c")        ;; \b \f
  (data (i32.const 366) "\0a\00\00\00\0d\00\09")  ;; \n \r \t

  (global $kind (mut i32) (i32.const 0))
  (global $high (mut i32) (i32.const 0))
  (global $unicode (mut i32) (i32.const 0))

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

  ;; From behind the opening quote to behind the closing one, or 0. Sets the kind: 0 plain, 1 escapes, 2 also \u.
  (func $string (param $at i32) (result i32)
    (local $block v128) (local $mask i32) (local $bit i32) (local $c i32)
    (loop $blocks
      (local.set $block (v128.load align=1 (local.get $at)))
      (global.set $high (i32.or (global.get $high) (i8x16.bitmask (local.get $block))))
      (local.set $mask (i8x16.bitmask (v128.or (v128.or
        (i8x16.eq (local.get $block) (i8x16.splat (i32.const 34)))
        (i8x16.eq (local.get $block) (i8x16.splat (i32.const 92))))
        (i8x16.lt_u (local.get $block) (i8x16.splat (i32.const 32))))))
      (loop $marks
        (if (i32.eqz (local.get $mask))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br $blocks)))
        (local.set $bit (i32.ctz (local.get $mask)))
        (local.set $c (i32.load8_u (i32.add (local.get $at) (local.get $bit))))
        (if (i32.eq (local.get $c) (i32.const 34))
          (then (return (i32.add (i32.add (local.get $at) (local.get $bit)) (i32.const 1)))))
        (if (i32.ne (local.get $c) (i32.const 92)) (then (return (i32.const 0))))
        (if (i32.eqz (call $escape (i32.add (i32.add (local.get $at) (local.get $bit)) (i32.const 1))))
          (then (return (i32.const 0))))
        (if (i32.eq (local.get $bit) (i32.const 15))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 17)))
            (br $blocks)))
        ;; The escaped character is no mark, even when it is a quote or a backslash.
        (local.set $mask (i32.and (local.get $mask)
          (i32.xor (i32.shl (i32.const 3) (local.get $bit)) (i32.const -1))))
        (br $marks)))
    (unreachable))

  ;; Checks the character after a backslash.
  (func $escape (param $at i32) (result i32)
    (local $c i32)
    (local.set $c (i32.load8_u (local.get $at)))
    (if (i32.load8_u offset=256 (local.get $c))
      (then
        (if (i32.eqz (global.get $kind)) (then (global.set $kind (i32.const 1))))
        (return (i32.const 1))))
    (if (i32.ne (local.get $c) (i32.const 117)) (then (return (i32.const 0))))
    (global.set $kind (i32.const 2))
    (global.set $unicode (i32.const 1))
    (i32.and
      (i32.and
        (call $is_hex (i32.add (local.get $at) (i32.const 1)))
        (call $is_hex (i32.add (local.get $at) (i32.const 2))))
      (i32.and
        (call $is_hex (i32.add (local.get $at) (i32.const 3)))
        (call $is_hex (i32.add (local.get $at) (i32.const 4))))))

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

  ;; A string, number or literal; behind it, or 0. Kinds: 3 number, 4 true, 5 false, 6 null.
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

  ;; Mixes a key into the hash of all keys: its first and last eight bytes and its length.
  (func $mix (param $hash i64) (param $start i32) (param $length i32) (result i64)
    (local $first i64) (local $last i64)
    (local.set $first (i64.load align=1 (local.get $start)))
    (if (i32.lt_u (local.get $length) (i32.const 8))
      (then (local.set $first (i64.and (local.get $first)
        (i64.sub (i64.shl (i64.const 1) (i64.extend_i32_u (i32.shl (local.get $length) (i32.const 3)))) (i64.const 1)))))
      (else (local.set $last (i64.load align=1
        (i32.sub (i32.add (local.get $start) (local.get $length)) (i32.const 8))))))
    (local.set $hash (i64.mul
      (i64.xor (local.get $hash) (local.get $first)) (i64.const 0x9e3779b97f4a7c15)))
    (local.set $hash (i64.xor (local.get $hash) (i64.shr_u (local.get $hash) (i64.const 29))))
    (i64.mul
      (i64.xor (local.get $hash) (i64.xor (local.get $last) (i64.extend_i32_u (local.get $length))))
      (i64.const 0x9e3779b97f4a7c15)))

  ;; Reads the line from $at to its line feed at $end. Answers the number of members, 0 when the line is not flat.
  (func (export "read") (param $at i32) (param $end i32) (param $mostMembers i32) (param $mostValues i32) (result i32)
    (local $entry i32) (local $last i32) (local $keyStart i32) (local $keyEnd i32) (local $value i32) (local $hash i64)
    (local $c i32)
    (global.set $high (i32.const 0))
    (global.set $unicode (i32.const 0))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 123)) (then (return (i32.const 0))))
    (local.set $at (call $skip (i32.add (local.get $at) (i32.const 1))))
    (local.set $entry (i32.const 4096))
    (local.set $last (i32.add (i32.const 4096) (i32.shl (local.get $mostMembers) (i32.const 4))))
    (loop $next
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 34)) (then (return (i32.const 0))))
      (if (i32.eq (local.get $entry) (local.get $last)) (then (return (i32.const 0))))
      (local.set $keyStart (i32.add (local.get $at) (i32.const 1)))
      (global.set $kind (i32.const 0))
      (local.set $at (call $string (local.get $keyStart)))
      (if (i32.or (i32.eqz (local.get $at)) (global.get $kind)) (then (return (i32.const 0))))
      (local.set $keyEnd (i32.sub (local.get $at) (i32.const 1)))
      (local.set $hash (call $mix (local.get $hash) (local.get $keyStart)
        (i32.sub (local.get $keyEnd) (local.get $keyStart))))
      (local.set $at (call $skip (local.get $at)))
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 58)) (then (return (i32.const 0))))
      (local.set $value (call $skip (i32.add (local.get $at) (i32.const 1))))
      (local.set $at
        (if (result i32) (i32.eq (i32.load8_u (local.get $value)) (i32.const 91))
          (then (call $list (i32.add (local.get $value) (i32.const 1)) (local.get $mostValues)))
          (else (call $scalar (local.get $value)))))
      (if (i32.eqz (local.get $at)) (then (return (i32.const 0))))
      (i32.store (local.get $entry) (local.get $keyStart))
      (i32.store offset=4 (local.get $entry) (local.get $keyEnd))
      (i32.store offset=8 (local.get $entry) (local.get $value))
      (i32.store offset=12 (local.get $entry)
        (i32.or (local.get $at) (i32.shl (global.get $kind) (i32.const 28))))
      (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
      (local.set $at (call $skip (local.get $at)))
      (local.set $c (i32.load8_u (local.get $at)))
      (local.set $at (call $skip (i32.add (local.get $at) (i32.const 1))))
      (br_if $next (i32.eq (local.get $c) (i32.const 44))))
    (i32.store (i32.const 0) (i32.wrap_i64 (i64.shr_u (local.get $hash) (i64.const 32))))
    (i32.store (i32.const 4) (global.get $high))
    (i32.store (i32.const 8) (global.get $unicode))
    (select
      (i32.shr_u (i32.sub (local.get $entry) (i32.const 4096)) (i32.const 4))
      (i32.const 0)
      (i32.and (i32.eq (local.get $c) (i32.const 125)) (i32.eq (local.get $at) (local.get $end)))))

  ;; Whether the keys of the line just read are those stored at $shape: for each its length in sixteen bytes of their
  ;; own, then the key, padded to sixteen.
  (func (export "fits") (param $shape i32) (param $count i32) (result i32)
    (local $entry i32) (local $start i32) (local $length i32) (local $done i32) (local $need i32)
    (local.set $entry (i32.const 4096))
    (loop $keys
      (local.set $length (i32.load (local.get $shape)))
      (local.set $shape (i32.add (local.get $shape) (i32.const 16)))
      (local.set $start (i32.load (local.get $entry)))
      (if (i32.ne (i32.sub (i32.load offset=4 (local.get $entry)) (local.get $start)) (local.get $length))
        (then (return (i32.const 0))))
      (local.set $done (i32.const 0))
      (loop $blocks
        (local.set $need (i32.sub (local.get $length) (local.get $done)))
        (local.set $need (select (i32.const 0xffff)
          (i32.sub (i32.shl (i32.const 1) (local.get $need)) (i32.const 1))
          (i32.ge_u (local.get $need) (i32.const 16))))
        (if (i32.ne (local.get $need) (i32.and (local.get $need) (i8x16.bitmask (i8x16.eq
              (v128.load align=1 (i32.add (local.get $start) (local.get $done)))
              (v128.load align=1 (i32.add (local.get $shape) (local.get $done)))))))
          (then (return (i32.const 0))))
        (local.set $done (i32.add (local.get $done) (i32.const 16)))
        (br_if $blocks (i32.lt_u (local.get $done) (local.get $length))))
      (local.set $shape (i32.add (local.get $shape) (local.get $done)))
      (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $keys (local.get $count)))
    (i32.const 1))

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
