// ---- println([1,[2,3]].collectNested { it * 2 }); print
println([1,[2,3]].collectNested { it * 2 }); println([[1,2],[3]].collectMany { it }); println([[1,2],[3,4]].combinations { a, b -> a * b })
// expect: [2, [4, 6]]
// expect: [1, 2, 3]
// expect: [3, 6, 4, 8]
// ---- println([1,2,3,2].findIndexValues { it == 2 }); pr
println([1,2,3,2].findIndexValues { it == 2 }); println([1,2,3,2].findLastIndexOf { it == 2 }); println([1,2,3].findIndexOf(1) { it > 0 })
// expect: [1, 3]
// expect: 3
// expect: 1
// ---- def l = [1,2,3,4]; println l.removeAll { it > 3 };
def l = [1,2,3,4]; println l.removeAll { it > 3 }; println l; println l.retainAll { it > 1 }; println l; println l.removeElement(2); println l; println l.removeAt(0); println l
// expect: true
// expect: [1, 2, 3]
// expect: true
// expect: [2, 3]
// expect: true
// expect: [3]
// expect: 3
// expect: []
// ---- println([1,2,3].inject([]) { a, b -> a << b * 2 })
println([1,2,3].inject([]) { a, b -> a << b * 2 }); println([a:1,b:2].inject([]) { a, k, v -> a << k + v }); println([a:1].inject(0) { a, e -> a + e.value })
// expect: [2, 4, 6]
// expect: [a1, b2]
// expect: 1
// ---- println([3,1,2].toSorted()); println([3,1,2].toSor
println([3,1,2].toSorted()); println([3,1,2].toSorted { -it }); println([b:1,a:2].toSorted { it.value }); println([1,1,2].toUnique()); println([1,-1,2].toUnique { it.abs() }); println([1,2,3,4].groupBy({ it % 2 }, { it > 2 })); println([1,2,3].countBy { it % 2 })
// expect: [1, 2, 3]
// expect: [3, 2, 1]
// expect: [b:1, a:2]
// expect: [1, 2]
// expect: [1, 2]
// expect: [1:[false:[1], true:[3]], 0:[false:[2], true:[4]]]
// expect: [1:2, 0:1]
// ---- println('abc'.collectReplacements { it == 'b' ? 'X
println('abc'.collectReplacements { it == 'b' ? 'X' : null }); println('abc'.takeWhile { it < 'c' }); println('abc'.dropWhile { it < 'b' }); println('a,b'.tokenize(',').collect { it * 2 }); 'a\nb'.eachLine { println it }; 'a\nb'.eachLine { x, i -> println "$i$x" }; println 'a-b'.replaceAll('-') { 'z' }; 'a1b2'.eachMatch(/\d/) { print it }; println(); println 'hello'.count('l'); println('ab cd'.split(' ').collect { it.capitalize() }.join()); println 'x'.multiply(3); println 'abc'.eachWithIndex { c, i -> print i }
// expect: aXc
// expect: ab
// expect: bc
// expect: [aa, bb]
// expect: a
// expect: b
// expect: 0a
// expect: 1b
// expect: azb
// expect: 12
// expect: 2
// expect: AbCd
// expect: xxx
// expect: 012abc
// ---- println([1,2,3].any()); println([0,null].any()); p
println([1,2,3].any()); println([0,null].any()); println([1,0].every()); println([].sum()); println([].max()); println([].inject { a, b -> a })
// expect: true
// expect: false
// expect: false
// expect: null
// expect: null
// throws: NoSuchElementException: Cannot call inject() on an empty collection without passing an initial value.
// ---- println((1..3).inject { a, b -> a + b }); println(
println((1..3).inject { a, b -> a + b }); println((1..3).every { it > 0 }); println(('a'..'c').collect { it.toUpperCase() }); println((1..6).collate(2, 3)); println((1..5).collate(2, false)); println((1..3).permutations().size()); println((1..4).findAll { it % 2 == 0 }.sum { it * 10 })
// expect: 6
// expect: true
// expect: [A, B, C]
// expect: [[1, 2], [4, 5]]
// expect: [[1, 2], [3, 4]]
// expect: 6
// expect: 60
// ---- println([1,2,3] as Set == [3,2,1] as Set); println
println([1,2,3] as Set == [3,2,1] as Set); println(([1,2] as Set) + 3); println(([1,2] as Set) - 1); println(([1,2] as Set).collect { it * 2 }.class.simpleName); println(([1,2] as Set).findAll { it > 1 }.class.simpleName); println(([3,1] as Set).sort()); println(([1,2] as Set).intersect([2])); println([1,2].toSet().size())
// expect: true
// expect: [1, 2, 3]
// expect: [2]
// expect: ArrayList
// expect: LinkedHashSet
// expect: [1, 3]
// expect: [2]
// expect: 2
// ---- def f = { a, b = a * 2 -> a + b }; println f(1); p
def f = { a, b = a * 2 -> a + b }; println f(1); println f(1, 1); def g = { it -> it }; println g(); println g(null); println g([1,2]); def h = { a, b -> "$a$b" }; println h([1,2]); println(h.call(1, 2)); println h.doCall(3,4)
// expect: 3
// expect: 2
// expect: null
// expect: null
// expect: [1, 2]
// expect: 12
// expect: 12
// expect: 34
// ---- println new File('/tmp/x/y.txt').name; println new
println new File('/tmp/x/y.txt').name; println new Date(0).class; println 10.toString().padLeft(4, '0'); println String.format('%s %d', 'a', 1); println 'a'.concat('b'); println(['b','a'].sort().join(',')); println ([1,2,3].toString()); println([1,2].iterator().next()); println([1,2,3].listIterator().next()); println([[1,2],[3,4]].collect { x, y -> x + y })
// expect: y.txt
// expect: class java.util.Date
// expect: 0010
// expect: a 1
// expect: ab
// expect: a,b
// expect: [1, 2, 3]
// expect: 1
// expect: 1
// expect: [3, 7]
