;; Whether a JSON text writes any character as `\u…`: a `u` after an odd number of backslashes. Paths of Windows hold
;; `\\u` often enough (`C:\\users`), so the backslashes are counted.
;;
;; Looks at the memory of another module; sixteen bytes beyond the end are read.
(module
  (import "text" "memory" (memory 1))

  (func (export "standsIn") (param $start i32) (param $end i32) (result i32)
    (local $at i32) (local $mask i32) (local $place i32) (local $back i32)
    (local.set $at (local.get $start))
    (loop $blocks
      (if (i32.ge_s (local.get $at) (local.get $end)) (then (return (i32.const 0))))
      (local.set $mask (i8x16.bitmask (v128.and
        (i8x16.eq (v128.load align=1 (local.get $at)) (i8x16.splat (i32.const 92)))
        (i8x16.eq (v128.load offset=1 align=1 (local.get $at)) (i8x16.splat (i32.const 117))))))
      (if (local.get $mask)
        (then
          (loop $marks
            (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $mask))))
            (if (i32.ge_s (i32.add (local.get $place) (i32.const 1)) (local.get $end)) (then (return (i32.const 0))))
            (local.set $back (local.get $place))
            (block $counted
              (loop $backslashes
                (br_if $counted (i32.le_s (local.get $back) (local.get $start)))
                (br_if $counted (i32.ne (i32.load8_u (i32.sub (local.get $back) (i32.const 1))) (i32.const 92)))
                (local.set $back (i32.sub (local.get $back) (i32.const 1)))
                (br $backslashes)))
            (if (i32.eqz (i32.and (i32.sub (local.get $place) (local.get $back)) (i32.const 1)))
              (then (return (i32.const 1))))
            (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
            (br_if $marks (local.get $mask)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $blocks))
    (unreachable)))
