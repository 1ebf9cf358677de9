// ---- each and friends
[1, 2].each { print it }
['a', 'b'].eachWithIndex { x, i -> print "$i$x" }
[1, 2].reverseEach { print it }
println()
// expect: 120a1b21
// ---- collect
println([1, 2].collect { it * 2 } + [[1, 2], [3, 4]].collect { a, b -> a + b } + [[1], [2, 3]].collectMany { it } + [1, [2]].collectNested { it + 1 })
// expect: [2, 4, 3, 7, 1, 2, 3, 2, [3]]
// ---- find
println([[1, 2, 3].find { it > 1 }, [1, 2, 3].findAll { it > 1 }, [1, 2].find { it > 5 }, [0, null, 2].find(), [1, null].findAll()])
println([[5, 6, 5].findIndexOf { it == 5 }, [5, 6, 5].findLastIndexOf { it == 5 }, [5, 6, 5].findIndexValues { it == 5 }, [1, 2].findResult { it > 1 ? 'x' : null }, [1, 2].findResults { it > 1 ? it : null }])
// expect: [2, [2, 3], null, 2, [1]]
// expect: [0, 2, [0, 2], x, [2]]
// ---- any and every
println([[1, 2].any { it > 1 }, [1, 2].every { it > 1 }, [null, 1].any(), [1, 0].every(), [].any(), [].every()])
// expect: [true, false, true, false, false, true]
// ---- inject and sum
println([[1, 2, 3].inject { a, b -> a * b }, [1, 2].inject(10) { a, b -> a + b }, [1, 2].sum(), ['a', 'b'].sum(), [].sum(), [1, 2].sum { it * 2 }, [1, 2].sum(10)])
// expect: [6, 13, 3, ab, null, 6, 13]
// ---- inject of nothing
[].inject { a, b -> a }
// throws: NoSuchElementException: Cannot call inject() on an empty collection without passing an initial value.
// ---- sort
println([[3, 1, 2].sort(), ['b', 'A', 'a'].sort(), [3, 1, 2].sort { -it }, ['aa', 'b'].sort { a, b -> a.size() <=> b.size() }, [3, 1].toSorted(), [1, 'a', 2.0].sort()])
def l = [2, 1]
l.sort(false)
print l
l.sort()
println l
// expect: [[1, 2, 3], [A, a, b], [3, 2, 1], [b, aa], [1, 3], [1, 2.0, a]]
// expect: [2, 1][1, 2]
// ---- sort is stable
println(['bb', 'aa', 'c', 'a'].sort { it.size() })
// expect: [c, a, bb, aa]
// ---- min and max
println([[3, 1].min(), [3, 1].max(), ['aa', 'b'].min { it.size() }, ['aa', 'b'].max { a, b -> a.size() <=> b.size() }, [].min(), [null, 2].max()])
// expect: [1, 3, b, aa, null, 2]
// ---- unique
println([[1, 1, 2].unique(), [1, 3, 2].unique { it % 2 }, [1, 2L, 2].unique(), [2, 1, 2].toUnique()])
// expect: [[1, 2], [1, 2], [1, 2], [2, 1]]
// ---- groups and counts
println([1, 2, 3].groupBy { it % 2 })
println([1, 2, 3].countBy { it % 2 })
println([1, 2, 3].groupBy({ it % 2 }, { it > 1 }))
println([1, 2, 3].split { it > 1 })
println([1, 2, 2].count(2) + [1, 2, 3].count { it > 1 })
// expect: [1:[1, 3], 0:[2]]
// expect: [1:2, 0:1]
// expect: [1:[false:[1], true:[3]], 0:[true:[2]]]
// expect: [[2, 3], [1]]
// expect: 4
// ---- collectEntries
println([1, 2].collectEntries { [it, it * 2] })
println([1, 2].collectEntries { [(it): it * 2] })
println([['a', 1], ['b', 2]].collectEntries())
// expect: [1:2, 2:4]
// expect: [1:2, 2:4]
// expect: [a:1, b:2]
// ---- parts
println([[1, 2, 3].head(), [1, 2, 3].tail(), [1, 2, 3].init(), [1, 2, 3].last(), [1, 2, 3].take(2), [1, 2, 3].drop(2), [1, 2, 3].takeRight(1), [1, 2, 3].takeWhile { it < 3 }, [1, 2, 3].dropWhile { it < 3 }])
// expect: [1, [2, 3], [1, 2], 3, [1, 2], [3], [3], [1, 2], [3]]
// ---- first of nothing
[].first()
// throws: NoSuchElementException: Cannot access first() element from an empty List
// ---- indices
def l = [1, 2, 3]
println([l[0], l[-1], l[5], l[0..1], l[-2..-1], l[2..0], l[0, 2], l[0..<2], l.get(1)])
l[5] = 9
println l
// expect: [1, 3, null, [1, 2], [2, 3], [3, 2, 1], [1, 3], [1, 2], 2]
// expect: [1, 2, 3, null, null, 9]
// ---- too negative an index
[1, 2][-5]
// throws: ArrayIndexOutOfBoundsException: Negative array index [-5] too large for array size 2
// ---- get out of range
[1][3..4]
// throws: IndexOutOfBoundsException: toIndex = 5
// ---- list arithmetic
println([1, 2] + 3 + [4, [5]] - 2)
println([1, 2, 2, 3] - [2, 3])
println([1, 2] * 2)
def l = [1]
l << 2 << [3]
println l
// expect: [1, 3, 4, [5]]
// expect: [1]
// expect: [1, 2, 1, 2]
// expect: [1, 2, [3]]
// ---- changing
def l = ['a', 'b', 'c', 'd']
l.add('e'); l.add(0, 'z'); l.addAll(['x', 'y']); l.remove('b'); l.remove(0); l.removeAt(0)
println l
l.removeAll { it > 'd' }
println l
l.addAll(1, [7, 8])
println l + [l.indexOf(7), l.contains('d'), l.size(), l.isEmpty()]
l.clear()
println l
// expect: [c, d, e, x, y]
// expect: [c, d]
// expect: [c, 7, 8, d, 1, true, 4, false]
// expect: []
// ---- stack
def s = []
s.push(1); s.push(2)
println s.pop() + ' ' + s
// expect: 2 [1]
// ---- pop of nothing
[].pop()
// throws: NoSuchElementException: Cannot pop() an empty List
// ---- immutable
[1].asImmutable() << 2
// throws: UnsupportedOperationException
// ---- flatten, transpose, collate, combinations
println([1, [2, [3, []]]].flatten() + [[1, 2], [3, 4]].transpose() + [1, 2, 3, 4, 5].collate(2) + [[1, 2], [3, 4]].combinations())
println([1, 2, 3, 4, 5].collate(2, 1, false))
// expect: [1, 2, 3, [1, 3], [2, 4], [1, 2], [3, 4], [5], [1, 3], [2, 3], [1, 4], [2, 4]]
// expect: [[1, 2], [2, 3], [3, 4], [4, 5]]
// ---- with index
println(['a', 'b'].withIndex() + [5, 6].withIndex(1))
println(['a', 'b'].indexed())
// expect: [[a, 0], [b, 1], [5, 1], [6, 2]]
// expect: [0:a, 1:b]
// ---- intersect, disjoint, plus, reverse
println([[1, 2, 3].intersect([2, 3, 4]), [1].disjoint([2]), [1, 2].reverse(), [1, 2].swap(0, 1)])
// expect: [[2, 3], true, [2, 1], [2, 1]]
// ---- grep
println([1, 'a', 2].grep(Integer) + ['ab', 'b'].grep(~/a.*/) + [1, 2, 3].grep(2..3))
// expect: [1, 2, ab, 2, 3]
// ---- concurrent modification
def l = [1, 2, 3]
for (x in l) { if (x == 1) l.remove(0) }
// throws: ConcurrentModificationException
// ---- equality of lists
println([[1, 2] == [1L, 2.0], [1] == [2], [] == [], [[1]] == [[1]], (1..3) == [1, 2, 3], [1, 2].equals([1, 2])])
// expect: [true, false, true, true, true, true]
// ---- iterator
def it = [1, 2].iterator()
while (it.hasNext()) { if (it.next() == 1) it.remove() }
println it.hasNext()
// expect: false
// ---- iterator is exhausted
[].iterator().next()
// throws: NoSuchElementException
// ---- arrays
Integer[] a = [3, 1, 2]
String[] s = ['x', 'y']
println a.length + ' ' + a.sort() + ' ' + a.sum() + ' ' + s.join('') + ' ' + (a as List) + ' ' + a.collect { it + 1 } + ' ' + s.class.simpleName
a[0] = 7
println a
println new int[2].toList() + new String[1].toList()
// expect: 3 [1, 2, 3] 6 xy [1, 2, 3] [2, 3, 4] String[]
// expect: [7, 2, 3]
// expect: [0, 0, null]
// ---- array out of range
def a = [1] as int[]
a[3]
// throws: ArrayIndexOutOfBoundsException: Index 3 out of bounds for length 1
// ---- ranges
println([(1..5).size(), (1..<5).toList(), (5..1).toList(), (1..10).step(3), 3 in 1..5, (1..3).collect { it * 2 }, ('a'..'c').join(), (1..3).sum(), (1..5)[1..2]])
// expect: [5, [1, 2, 3, 4], [5, 4, 3, 2, 1], [1, 4, 7, 10], true, [2, 4, 6], abc, 6, [2, 3]]
// ---- ranges of decimals
println((1.5..4).toList())
// expect: [1.5, 2.5, 3.5]
// ---- spread
println(['a', 'bb']*.size())
println([[a: 1], [a: 2]]*.a + [[a: 1]].a)
def f = { a, b -> a + b }
println f(*[1, 2])
// expect: [1, 2]
// expect: [1, 2, 1]
// expect: 3
// ---- truth of collections
println([[] ? 1 : 0, [0] ? 1 : 0, [:] ? 1 : 0, '' ? 1 : 0, 'x' ? 1 : 0, 0 ? 1 : 0, 0.0 ? 1 : 0, null ? 1 : 0])
// expect: [0, 1, 0, 0, 1, 0, 0, 0]
// ---- Collections and Arrays
def l = [3, 1, 2]
Collections.sort(l)
println l + [Collections.max(l), Arrays.asList(1, 2), Collections.nCopies(2, 'a'), Collections.emptyList()]
Collections.reverse(l)
println l
// expect: [1, 2, 3, 3, [1, 2], [a, a], []]
// expect: [3, 2, 1]
// ---- queue and linked list
def q = new LinkedList([1, 2])
q.addFirst(0); q.add(3)
println q.poll() + ' ' + q.removeLast() + ' ' + q.peek() + ' ' + q
// expect: 0 3 1 [1, 2]
// ---- string of nested things
println([1, [a: [b: 'c']], 'x', null, 1.50, true])
println([].toString() + [:].toString() + [a: []])
// expect: [1, [a:[b:c]], x, null, 1.50, true]
// expect: [][:][a:[]]
// ---- eachPermutation counts
int n = 0
[1, 2, 3].eachPermutation { n++ }
println n + ' ' + [1, 2].permutations().size() + ' ' + [1, 2].subsequences().size()
// expect: 6 2 3
// ---- long lists minus long lists, in time
def names = (1..60000).collect { 'file' + it }, numbers = (1..60000).toList()
println((names - names.reverse()).size() + ' ' + (numbers - numbers.reverse()).size())
println((['a', 'b'] * 10 - ['b', 'x'] * 10).size() + ' ' + ([1, 2L, 3.0] * 4 - [1L, 2, 3, 9, 9, 9, 9, 9, 9, 9]))
println((10G ** 200000).toBigDecimal().stripTrailingZeros().scale() + ' ' + 1.500.stripTrailingZeros() + ' ' + 0.00.stripTrailingZeros())
// expect: 0 0
// expect: 10 []
// expect: -200000 1.5 0
