// ---- reading and writing
def m = [a: 1, 'b c': 2, (3): 'x']
println([m.a, m['b c'], m[3], m.nope, m.get('a'), m.get('z', 9), m.z, m.containsKey('a'), m.containsValue(2), m.size()])
m.a = 5; m['n'] = 6; m.put('p', 7); m.remove('b c'); m << [q: 8]
println m
// expect: [1, 2, x, null, 1, 9, 9, true, true, 4]
// expect: [a:5, 3:x, z:9, n:6, p:7, q:8]
// ---- keys of GStrings
def k = 'a'
def m = ["$k": 1, ("$k" as String): 2]
println m.size() + ' ' + m['a'] + ' ' + m["$k"]
m["${'z'}"] = 3
println m.keySet()*.class*.simpleName
// expect: 2 2 2
// expect: [GStringImpl, String, String]
// ---- iterating
[a: 1, b: 2].each { k, v -> print "$k$v " }
[a: 1].each { print it.key + it.value + ' ' + it }
[a: 1, b: 2].eachWithIndex { e, i -> print " $i$e" }
for (e in [x: 9]) print " $e.key $e.value"
println()
// expect: a1 b2 a1 a=1 0a=1 1b=2 x 9
// ---- collecting
def m = [a: 1, b: 2, c: 3]
println m.collect { k, v -> k + v } + m.collect { it.value } + m.collectMany { k, v -> [v] * v }
println m.collectEntries { k, v -> [(k.toUpperCase()): v * 2] }
println m.findAll { k, v -> v > 1 }
println m.findAll { it.value < 2 }
println m.find { it.value == 2 }.key + ' ' + m.find { k, v -> v == 9 }
println([m.any { k, v -> v == 3 }, m.every { it.value > 0 }, m.count { k, v -> v > 1 }, m.inject(0) { s, k, v -> s + v }])
// expect: [a1, b2, c3, 1, 2, 3, 1, 2, 2, 3, 3, 3]
// expect: [A:2, B:4, C:6]
// expect: [b:2, c:3]
// expect: [a:1]
// expect: b null
// expect: [true, true, 2, 6]
// ---- sorting
println([b: 1, a: 2].sort())
println([b: 1, a: 2].sort { it.value })
println([b: 1, a: 2].sort { x, y -> y.value <=> x.value })
println([b: 1, a: 2].max { it.value }.key + [b: 1, a: 2].min { it.value }.key)
println new TreeMap([c: 1, a: 2])
// expect: [a:2, b:1]
// expect: [b:1, a:2]
// expect: [a:2, b:1]
// expect: ab
// expect: [a:2, c:1]
// ---- grouping
println([a: 1, b: 2, c: 1].groupBy { k, v -> v })
println([a: 1, b: 2, c: 1].countBy { it.value })
println([a: 1, b: 2, c: 1].groupEntriesBy { it.value }.collect { k, v -> "$k${v.size()}" })
// expect: [1:[a:1, c:1], 2:[b:2]]
// expect: [1:2, 2:1]
// expect: [12, 21]
// ---- arithmetic
println([a: 1] + [b: 2, a: 3])
println([a: 1, b: 2] - [a: 1])
println([a: 1].equals([a: 1]) + ' ' + ([a: 1] == [a: 1L]))
// expect: [a:3, b:2]
// expect: [b:2]
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- views
def m = [a: 1, b: 2]
println m.keySet() as List
println m.values() as List
println m.entrySet().collect { it.key + '=' + it.value }
println m*.key + m*.value
println m.keySet().contains('a') + ' ' + ('a' in m) + ' ' + m.values().sum()
// expect: [a, b]
// expect: [1, 2]
// expect: [a=1, b=2]
// expect: [a, b, 1, 2]
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- subMap take drop
println([a: 1, b: 2, c: 3].subMap(['a', 'c']))
println([a: 1, b: 2, c: 3].take(2))
println([a: 1, b: 2, c: 3].drop(2))
// expect: [a:1, c:3]
// expect: [a:1, b:2]
// expect: [c:3]
// ---- withDefault
def m = [:].withDefault { k -> k * 2 }
println m.x + ' ' + m['y'] + ' ' + m
// expect: xx yy [x:xx, y:yy]
// ---- entries
def e = [a: 1].entrySet().iterator().next()
println e.key + ' ' + e.value + ' ' + e
def m = [a: 1]
m.each { it.value = 5 }
println m
// expect: a 1 a=1
// expect: [a:5]
// ---- Java's additions
def m = [a: 1]
println m.getOrDefault('z', 3) + ' ' + m.putIfAbsent('a', 9) + ' ' + m.putIfAbsent('b', 2) + ' ' + m
m.computeIfAbsent('c') { 7 }
m.merge('a', 10) { x, y -> x + y }
println m
// expect: 3 1 null [a:1, b:2]
// expect: [a:11, b:2, c:7]
// ---- null keys and values
def m = [(null): 1, a: null]
println m[null] + ' ' + m.containsKey('a') + ' ' + m
// expect: 1 true [null:1, a:null]
// ---- immutable map
[a: 1].asImmutable().put('b', 2)
// throws: UnsupportedOperationException
// ---- sets
def s = [3, 1, 3] as Set
println s.size() + ' ' + s.contains(1) + ' ' + s + ' ' + s.add(3) + ' ' + (s + 5) + ' ' + (s - 3) + ' ' + (s << 7)
println(([2, 1] as TreeSet).toString() + ([1, 2] as Set == [2, 1] as Set) + [1, 2, 2].toSet().size() + s.findAll { it > 1 }.class.simpleName)
// expect: 2 true [3, 1] false [3, 1, 5] [1] [3, 1, 7]
// expect: [1, 2]true2LinkedHashSet
// ---- string of a map
println([a: 'b', c: [d: null]].toString() + [:].toMapString())
println "${[a: 1]}"
// expect: [a:b, c:[d:null]][:]
// expect: [a:1]
// ---- Map.Entry methods by with
println([a: 1].with { a + 1 })
// expect: 2
// ---- nested
def m = [a: [b: [c: 1]]]
println m.a.b.c + ' ' + m.x?.y + ' ' + m['a']['b']
m.a.b.d = 2
println m
// expect: 1 null [c:1]
// expect: [a:[b:[c:1, d:2]]]
// ---- spread map
def x = [b: 2]
println([a: 1, *: x])
// expect: [a:1, b:2]
// ---- reading a property of null
def m = [:]
m.a.b
// throws: NullPointerException: Cannot get property 'b' on null object
