;; Where any of some four-byte fingerprints may begin, sixteen places at a time (the "Teddy" search of Hyperscan).
;;
;; The fingerprints are dealt to eight buckets, one bit each. For each of the four bytes two tables say, by its lower
;; and by its upper half, which buckets have a fingerprint with such a byte there; what survives all eight look-ups may
;; be a fingerprint, and the caller looks closer. Letters have both their cases in the tables.
;;
;; Memory: 0 the eight tables of sixteen bytes, first the lower half of the first byte; text from 1024.
(module
  (memory (export "memory") 1)

  (func $buckets (param $bytes v128) (param $low v128) (param $high v128) (result v128)
    (v128.and
      (i8x16.swizzle (local.get $low) (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
      (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $bytes) (i32.const 4)))))

  ;; The first place from $at, before $end, where a fingerprint may begin; -1 when there is none.
  (func (export "find") (param $at i32) (param $end i32) (result i32)
    (local $mask i32)
    (local $low0 v128) (local $high0 v128) (local $low1 v128) (local $high1 v128) (local $low2 v128) (local $high2 v128)
    (local $low3 v128) (local $high3 v128)
    (local.set $low0 (v128.load (i32.const 0)))
    (local.set $high0 (v128.load (i32.const 16)))
    (local.set $low1 (v128.load (i32.const 32)))
    (local.set $high1 (v128.load (i32.const 48)))
    (local.set $low2 (v128.load (i32.const 64)))
    (local.set $high2 (v128.load (i32.const 80)))
    (local.set $low3 (v128.load (i32.const 96)))
    (local.set $high3 (v128.load (i32.const 112)))
    (loop $blocks
      (if (i32.ge_s (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $mask (i8x16.bitmask (i8x16.ne (v128.const i64x2 0 0)
        (v128.and
          (v128.and
            (call $buckets (v128.load align=1 (local.get $at)) (local.get $low0) (local.get $high0))
            (call $buckets (v128.load offset=1 align=1 (local.get $at)) (local.get $low1) (local.get $high1)))
          (v128.and
            (call $buckets (v128.load offset=2 align=1 (local.get $at)) (local.get $low2) (local.get $high2))
            (call $buckets (v128.load offset=3 align=1 (local.get $at)) (local.get $low3) (local.get $high3)))))))
      (if (i32.eqz (local.get $mask))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $blocks))))
    (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $mask))))
    (select (local.get $at) (i32.const -1) (i32.lt_s (local.get $at) (local.get $end)))))
