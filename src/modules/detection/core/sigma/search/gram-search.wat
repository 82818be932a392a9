;; Where a text holds one of many fingerprints. `findStepped` looks at every `step`-th place for four bytes, `find` at
;; every place, `findShort` at every place for four bytes or two. Tables of bits, by a hash of the four bytes and by two
;; bytes as they are, say whether the caller should look closer. Bit 5 is set in every byte first, so that the case of
;; letters is ignored. Where `findStepped` finds four, the eight bytes of a literal of which they are part must follow: these
;; may begin up to four places before, and have a table of their own.
;;
;; `findFew` asks the same tables as `findShort`, but only of places that pass for a fingerprint by the halves of their
;; bytes, sixteen at a time, as in literal-screen.wat.
;;
;; Memory: 0 the table of pairs, 8,192 those of halves of bytes, then three tables of hashes (a megabit each at most): at 65,536, at 196,608 for
;; `findStepped`, at 327,680 for eight bytes; text from 458,752.
(module
  (memory (export "memory") 8)

  (func $bit (param $table i32) (param $number i32) (result i32)
    (i32.and
      (i32.shr_u
        (i32.load8_u (i32.add (local.get $table) (i32.shr_u (local.get $number) (i32.const 3))))
        (i32.and (local.get $number) (i32.const 7)))
      (i32.const 1)))

  (func $marked (param $four i32) (param $table i32) (param $shift i32) (result i32)
    (call $bit (local.get $table)
      (i32.shr_u (i32.mul (local.get $four) (i32.const 0x9e3779b1)) (local.get $shift))))

  (func $lower (param $at i32) (result i32)
    (i32.or (i32.load align=1 (local.get $at)) (i32.const 0x20202020)))

  ;; Whether eight bytes from one of the places $at - 4 … $at on are those of a literal.
  (func $eightMarked (param $at i32) (param $shift i32) (result i32)
    (local $last i32)
    (local.set $last (i32.sub (local.get $at) (i32.const 5)))
    (loop $earlier
      (if (call $marked
            (i32.add (i32.mul (call $lower (local.get $at)) (i32.const 0x85ebca6b))
              (call $lower (i32.add (local.get $at) (i32.const 4))))
            (i32.const 327680) (local.get $shift))
        (then (return (i32.const 1))))
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (br_if $earlier (i32.ne (local.get $at) (local.get $last))))
    (i32.const 0))

  ;; The next such place of $at, $at + $step … before $end, or -1. $shift leaves as many bits of the hash as the table has,
  ;; $eights those of the table for eight bytes.
  (func (export "findStepped")
    (param $at i32) (param $end i32) (param $step i32) (param $shift i32) (param $eights i32) (result i32)
    (local $hash i32)
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $hash (i32.shr_u
        (i32.mul (i32.or (i32.load align=1 (local.get $at)) (i32.const 0x20202020)) (i32.const 0x9e3779b1))
        (local.get $shift)))
      (if (i32.and (i32.const 1) (i32.shr_u
            (i32.load8_u offset=196608 (i32.shr_u (local.get $hash) (i32.const 3)))
            (i32.and (local.get $hash) (i32.const 7))))
        (then
          (if (call $eightMarked (local.get $at) (local.get $eights)) (then (return (local.get $at))))))
      (local.set $at (i32.add (local.get $at) (local.get $step)))
      (br $next))
    (unreachable))

  ;; The same for every place.
  (func (export "find") (param $at i32) (param $end i32) (param $shift i32) (result i32)
    (local $hash i32)
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $hash (i32.shr_u
        (i32.mul (i32.or (i32.load align=1 (local.get $at)) (i32.const 0x20202020)) (i32.const 0x9e3779b1))
        (local.get $shift)))
      (if (i32.and (i32.const 1) (i32.shr_u
            (i32.load8_u offset=65536 (i32.shr_u (local.get $hash) (i32.const 3)))
            (i32.and (local.get $hash) (i32.const 7))))
        (then (return (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; The same when some literals are shorter than four bytes.
  (func (export "findShort") (param $at i32) (param $end i32) (param $shift i32) (result i32)
    (local $four i32) (local $hash i32)
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $four (i32.or (i32.load align=1 (local.get $at)) (i32.const 0x20202020)))
      (local.set $hash (i32.shr_u (i32.mul (local.get $four) (i32.const 0x9e3779b1)) (local.get $shift)))
      (local.set $four (i32.and (local.get $four) (i32.const 0xffff)))
      (if (i32.or
            (i32.and (i32.const 1) (i32.shr_u
            (i32.load8_u offset=65536 (i32.shr_u (local.get $hash) (i32.const 3)))
            (i32.and (local.get $hash) (i32.const 7))))
            (i32.and (i32.const 1) (i32.shr_u
            (i32.load8_u offset=0 (i32.shr_u (local.get $four) (i32.const 3)))
            (i32.and (local.get $four) (i32.const 7)))))
        (then (return (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; The same, sixteen places at a time.
  (func (export "findFew") (param $at i32) (param $end i32) (param $shift i32) (result i32)
    (local $mask i32) (local $place i32) (local $four i32) (local $hash i32)
    (local $low0 v128) (local $high0 v128) (local $low1 v128) (local $high1 v128) (local $low2 v128) (local $high2 v128)
    (local $low3 v128) (local $high3 v128) (local $bytes v128) (local $found v128)
    (local.set $low0 (v128.load (i32.const 8192)))
    (local.set $high0 (v128.load (i32.const 8208)))
    (local.set $low1 (v128.load (i32.const 8224)))
    (local.set $high1 (v128.load (i32.const 8240)))
    (local.set $low2 (v128.load (i32.const 8256)))
    (local.set $high2 (v128.load (i32.const 8272)))
    (local.set $low3 (v128.load (i32.const 8288)))
    (local.set $high3 (v128.load (i32.const 8304)))
    (loop $blocks
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const -1))))
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
      (if (v128.any_true (local.get $found))
        (then
          (local.set $mask (i8x16.bitmask (i8x16.ne (v128.const i64x2 0 0) (local.get $found))))
          (loop $marks
            (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $mask))))
            (if (i32.ge_u (local.get $place) (local.get $end)) (then (return (i32.const -1))))
            (local.set $four (i32.or (i32.load align=1 (local.get $place)) (i32.const 0x20202020)))
            (local.set $hash (i32.shr_u (i32.mul (local.get $four) (i32.const 0x9e3779b1)) (local.get $shift)))
            (local.set $four (i32.and (local.get $four) (i32.const 0xffff)))
            (if (i32.or
                  (i32.and (i32.const 1) (i32.shr_u
                    (i32.load8_u offset=65536 (i32.shr_u (local.get $hash) (i32.const 3)))
                    (i32.and (local.get $hash) (i32.const 7))))
                  (i32.and (i32.const 1) (i32.shr_u
                    (i32.load8_u offset=0 (i32.shr_u (local.get $four) (i32.const 3)))
                    (i32.and (local.get $four) (i32.const 7)))))
              (then (return (local.get $place))))
            (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
            (br_if $marks (local.get $mask)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $blocks))
    (unreachable)))
