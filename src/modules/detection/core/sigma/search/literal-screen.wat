;; Where any of some four-byte fingerprints may begin, sixteen places at a time (the "Teddy" search of Hyperscan).
;;
;; The fingerprints are dealt to eight buckets, one bit each. For each of the four bytes two tables say, by its lower
;; and by its upper half, which buckets have a fingerprint with such a byte there; what survives all eight look-ups may
;; be a fingerprint. Letters have both their cases in the tables.
;;
;; When four pairs of bytes tell all literals, `findFour` is faster, and `findThree` where three will do: a pair is
;; compared with all sixteen places at once, the two bytes before it begin the fingerprint. Bit 5 is set in every byte
;; first, so that the case of letters is ignored (looking pairs up by the halves of a byte takes half as long again).
;; `findFourOfJson` looks in the same pass whether a JSON text writes any character as an escape: a `u` after an odd
;; number of backslashes. Paths of Windows hold `\\u` often enough (`C:\\users`), so the backslashes are counted.
;;
;; Either way a table of bits says by a hash of the four bytes whether they are a fingerprint, before the caller looks.
;;
;; Memories: one holds the text, wherever in it, and is another's. The other has at 0 the eight tables of sixteen bytes,
;; first the lower half of the first byte; at 128 the four pairs; at 4096 the table of 65,536 bits.
;;
;; Loops call no function but where something was found: the engine does not inline them, and a call takes as long as
;; half a block.
(module
  (import "text" "memory" (memory $text 1))
  (import "tables" "memory" (memory $tables 1))

  ;; The first of the places of $mask, from $at on, that is marked; -1 when none is.
  (func $marked (param $at i32) (param $mask i32) (result i32)
    (local $place i32) (local $hash i32)
    (loop $marks
      (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $mask))))
      (local.set $hash (i32.shr_u
        (i32.mul
          (i32.or (i32.load align=1 (local.get $place)) (i32.const 0x20202020))
          (i32.const 0x9e3779b1))
        (i32.const 16)))
      (if (i32.and
            (i32.shr_u
              (i32.load8_u $tables offset=4096 (i32.shr_u (local.get $hash) (i32.const 3)))
              (i32.and (local.get $hash) (i32.const 7)))
            (i32.const 1))
        (then (return (local.get $place))))
      (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
      (br_if $marks (local.get $mask)))
    (i32.const -1))

  ;; The first place from $at, before $end, where a fingerprint may begin; -1 when there is none.
  (func (export "find") (param $at i32) (param $end i32) (result i32)
    (local $mask i32) (local $place i32)
    (local $low0 v128) (local $high0 v128) (local $low1 v128) (local $high1 v128) (local $low2 v128) (local $high2 v128)
    (local $low3 v128) (local $high3 v128) (local $bytes v128) (local $found v128)
    (local.set $low0 (v128.load $tables (i32.const 0)))
    (local.set $high0 (v128.load $tables (i32.const 16)))
    (local.set $low1 (v128.load $tables (i32.const 32)))
    (local.set $high1 (v128.load $tables (i32.const 48)))
    (local.set $low2 (v128.load $tables (i32.const 64)))
    (local.set $high2 (v128.load $tables (i32.const 80)))
    (local.set $low3 (v128.load $tables (i32.const 96)))
    (local.set $high3 (v128.load $tables (i32.const 112)))
    (loop $blocks
      (if (i32.ge_s (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $bytes (v128.load align=1 (local.get $at)))
      (local.set $found (v128.and
        (i8x16.swizzle (local.get $low0) (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
        (i8x16.swizzle (local.get $high0) (i8x16.shr_u (local.get $bytes) (i32.const 4)))))
      (local.set $bytes (v128.load offset=1 align=1 (local.get $at)))
      (local.set $found (v128.and (local.get $found) (v128.and
        (i8x16.swizzle (local.get $low1) (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
        (i8x16.swizzle (local.get $high1) (i8x16.shr_u (local.get $bytes) (i32.const 4))))))
      (local.set $bytes (v128.load offset=2 align=1 (local.get $at)))
      (local.set $found (v128.and (local.get $found) (v128.and
        (i8x16.swizzle (local.get $low2) (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
        (i8x16.swizzle (local.get $high2) (i8x16.shr_u (local.get $bytes) (i32.const 4))))))
      (local.set $bytes (v128.load offset=3 align=1 (local.get $at)))
      (local.set $found (v128.and (local.get $found) (v128.and
        (i8x16.swizzle (local.get $low3) (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
        (i8x16.swizzle (local.get $high3) (i8x16.shr_u (local.get $bytes) (i32.const 4))))))
      (local.set $mask (i8x16.bitmask (i8x16.ne (v128.const i64x2 0 0) (local.get $found))))
      (if (local.get $mask)
        (then
          (local.set $place (call $marked (local.get $at) (local.get $mask)))
          (if (i32.ne (local.get $place) (i32.const -1))
            (then
              (return (select (local.get $place) (i32.const -1) (i32.lt_s (local.get $place) (local.get $end))))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $blocks))
    (unreachable))

  ;; Whether a `u` that $mask marks, from $at on and before $end, stands behind an odd number of backslashes. The text
  ;; begins at 0.
  (func $escapes (param $at i32) (param $end i32) (param $mask i32) (result i32)
    (local $place i32) (local $back i32)
    (loop $marks
      (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $mask))))
      (if (i32.ge_s (local.get $place) (local.get $end)) (then (return (i32.const 0))))
      (local.set $back (local.get $place))
      (block $counted
        (loop $backslashes
          (br_if $counted (i32.eqz (local.get $back)))
          (br_if $counted (i32.ne (i32.load8_u (i32.sub (local.get $back) (i32.const 1))) (i32.const 92)))
          (local.set $back (i32.sub (local.get $back) (i32.const 1)))
          (br $backslashes)))
      (if (i32.and (i32.sub (local.get $place) (local.get $back)) (i32.const 1)) (then (return (i32.const 1))))
      (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
      (br_if $marks (local.get $mask)))
    (i32.const 0))

  ;; The first place from $at, before $end, two bytes before one of three pairs, where a fingerprint may begin; -1 when
  ;; there is none.
  (func (export "findThree") (param $at i32) (param $end i32) (result i32)
    (local $one v128) (local $two v128) (local $found v128) (local $place i32)
    (local $a0 v128) (local $b0 v128) (local $a1 v128) (local $b1 v128) (local $a2 v128) (local $b2 v128)
    (local.set $a0 (v128.load8_splat $tables (i32.const 128)))
    (local.set $b0 (v128.load8_splat $tables (i32.const 129)))
    (local.set $a1 (v128.load8_splat $tables (i32.const 130)))
    (local.set $b1 (v128.load8_splat $tables (i32.const 131)))
    (local.set $a2 (v128.load8_splat $tables (i32.const 132)))
    (local.set $b2 (v128.load8_splat $tables (i32.const 133)))
    (loop $blocks
      (if (i32.ge_s (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $one (v128.or (v128.load offset=2 align=1 (local.get $at)) (i8x16.splat (i32.const 32))))
      (local.set $two (v128.or (v128.load offset=3 align=1 (local.get $at)) (i8x16.splat (i32.const 32))))
      (local.set $found
        (v128.or
          (v128.or
            (v128.and (i8x16.eq (local.get $one) (local.get $a0)) (i8x16.eq (local.get $two) (local.get $b0)))
            (v128.and (i8x16.eq (local.get $one) (local.get $a1)) (i8x16.eq (local.get $two) (local.get $b1))))
          (v128.and (i8x16.eq (local.get $one) (local.get $a2)) (i8x16.eq (local.get $two) (local.get $b2)))))
      (if (v128.any_true (local.get $found))
        (then
          (local.set $place (call $marked (local.get $at) (i8x16.bitmask (local.get $found))))
          (if (i32.ne (local.get $place) (i32.const -1))
            (then
              (return (select (local.get $place) (i32.const -1) (i32.lt_s (local.get $place) (local.get $end))))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $blocks))
    (unreachable))

  ;; The same for four pairs.
  (func (export "findFour") (param $at i32) (param $end i32) (result i32)
    (local $one v128) (local $two v128) (local $found v128) (local $place i32)
    (local $a0 v128) (local $b0 v128) (local $a1 v128) (local $b1 v128) (local $a2 v128) (local $b2 v128)
    (local $a3 v128) (local $b3 v128)
    (local.set $a0 (v128.load8_splat $tables (i32.const 128)))
    (local.set $b0 (v128.load8_splat $tables (i32.const 129)))
    (local.set $a1 (v128.load8_splat $tables (i32.const 130)))
    (local.set $b1 (v128.load8_splat $tables (i32.const 131)))
    (local.set $a2 (v128.load8_splat $tables (i32.const 132)))
    (local.set $b2 (v128.load8_splat $tables (i32.const 133)))
    (local.set $a3 (v128.load8_splat $tables (i32.const 134)))
    (local.set $b3 (v128.load8_splat $tables (i32.const 135)))
    (loop $blocks
      (if (i32.ge_s (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $one (v128.or (v128.load offset=2 align=1 (local.get $at)) (i8x16.splat (i32.const 32))))
      (local.set $two (v128.or (v128.load offset=3 align=1 (local.get $at)) (i8x16.splat (i32.const 32))))
      (local.set $found
        (v128.or
          (v128.or
            (v128.and (i8x16.eq (local.get $one) (local.get $a0)) (i8x16.eq (local.get $two) (local.get $b0)))
            (v128.and (i8x16.eq (local.get $one) (local.get $a1)) (i8x16.eq (local.get $two) (local.get $b1))))
          (v128.or
            (v128.and (i8x16.eq (local.get $one) (local.get $a2)) (i8x16.eq (local.get $two) (local.get $b2)))
            (v128.and (i8x16.eq (local.get $one) (local.get $a3)) (i8x16.eq (local.get $two) (local.get $b3))))))
      (if (v128.any_true (local.get $found))
        (then
          (local.set $place (call $marked (local.get $at) (i8x16.bitmask (local.get $found))))
          (if (i32.ne (local.get $place) (i32.const -1))
            (then
              (return (select (local.get $place) (i32.const -1) (i32.lt_s (local.get $place) (local.get $end))))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $blocks))
    (unreachable))

  ;; The first place from $at, before $end, two bytes before a pair, where a fingerprint may begin; -1 when there is
  ;; none, and -2 as soon as a character is written as an escape of JSON, `\u0041`, whose
  ;; backslash is not one of the first two characters.
  (func (export "findFourOfJson") (param $at i32) (param $end i32) (result i32)
    (local $one v128) (local $two v128) (local $found v128) (local $escapes v128) (local $place i32)
    (local $a0 v128) (local $b0 v128) (local $a1 v128) (local $b1 v128)
    (local $a2 v128) (local $b2 v128) (local $a3 v128) (local $b3 v128)
    (local.set $a0 (v128.load8_splat $tables (i32.const 128)))
    (local.set $b0 (v128.load8_splat $tables (i32.const 129)))
    (local.set $a1 (v128.load8_splat $tables (i32.const 130)))
    (local.set $b1 (v128.load8_splat $tables (i32.const 131)))
    (local.set $a2 (v128.load8_splat $tables (i32.const 132)))
    (local.set $b2 (v128.load8_splat $tables (i32.const 133)))
    (local.set $a3 (v128.load8_splat $tables (i32.const 134)))
    (local.set $b3 (v128.load8_splat $tables (i32.const 135)))
    (loop $blocks
      (if (i32.ge_s (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $one (v128.load offset=2 align=1 (local.get $at)))
      (local.set $two (v128.load offset=3 align=1 (local.get $at)))
      (local.set $escapes (v128.and
        (i8x16.eq (local.get $one) (i8x16.splat (i32.const 92)))
        (i8x16.eq (local.get $two) (i8x16.splat (i32.const 117)))))
      (local.set $one (v128.or (local.get $one) (i8x16.splat (i32.const 32))))
      (local.set $two (v128.or (local.get $two) (i8x16.splat (i32.const 32))))
      (local.set $found
        (v128.or
          (v128.or
            (v128.and (i8x16.eq (local.get $one) (local.get $a0)) (i8x16.eq (local.get $two) (local.get $b0)))
            (v128.and (i8x16.eq (local.get $one) (local.get $a1)) (i8x16.eq (local.get $two) (local.get $b1))))
          (v128.or
            (v128.and (i8x16.eq (local.get $one) (local.get $a2)) (i8x16.eq (local.get $two) (local.get $b2)))
            (v128.and (i8x16.eq (local.get $one) (local.get $a3)) (i8x16.eq (local.get $two) (local.get $b3))))))
      (if (v128.any_true (v128.or (local.get $found) (local.get $escapes)))
        (then
          (if (v128.any_true (local.get $escapes))
            (then
              (if (call $escapes (i32.add (local.get $at) (i32.const 3)) (local.get $end)
                    (i8x16.bitmask (local.get $escapes)))
                (then (return (i32.const -2))))))
          (if (v128.any_true (local.get $found))
            (then
              (local.set $place (call $marked (local.get $at) (i8x16.bitmask (local.get $found))))
              (if (i32.ne (local.get $place) (i32.const -1))
                (then
                  (return (select (local.get $place) (i32.const -1) (i32.lt_s (local.get $place) (local.get $end))))))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $blocks))
    (unreachable)))
