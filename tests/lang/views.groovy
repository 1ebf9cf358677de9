// What keySet(), values(), entrySet() and subList() give shows the map or list, and changes it.
// ---- a map is seen through its views
def m = [a: 1, b: 2]
def keys = m.keySet(), values = m.values(), entries = m.entrySet()
m.c = 3
m.a = 9
m.remove('b')
println "$keys $values $entries"
// expect: [a, c] [9, 3] [a=9, c=3]
// ---- removing from views
def m = [a: 1, b: 2, c: 3, d: 4, e: 5]
m.keySet().remove('a')
m.values().remove((Object) 2)
m.entrySet().removeIf { it.value == 3 }
println m
m.keySet().retainAll(['e'])
println m
m.values().clear()
println m
// expect: [d:4, e:5]
// expect: [e:5]
// expect: [:]
// ---- closures on views
def m = [a: 1, b: 2, c: 3]
m.values().removeAll { it == 2 }
m.keySet().removeAll { it == 'c' }
m
// value: [a:1]
// ---- a view takes no elements
[a: 1].keySet().add('b')
// throws: UnsupportedOperationException
// ---- values take no elements
[a: 1].values().add(2)
// throws: UnsupportedOperationException
// ---- an iterator of entries removes
def m = [a: 1, b: 2, c: 3]
def i = m.entrySet().iterator()
while (i.hasNext()) if (i.next().value > 1) i.remove()
m
// value: [a:1]
// ---- entries set values
def m = [a: 1]
m.entrySet().each { it.value = 5 }
m.entrySet().iterator().next().setValue(m.a + 1)
m
// value: [a:6]
// ---- views of an immutable map
[a: 1].asImmutable().keySet().remove('a')
// throws: UnsupportedOperationException
// ---- a part of a list
def l = [1, 2, 3, 4, 5]
l.subList(1, 3).clear()
println l
def part = l.subList(0, 2)
part[0] = 9
part.add(7)
part.remove(1)
println "$l $part"
// expect: [1, 4, 5]
// expect: [9, 7, 5] [9, 7]
// ---- a part of a part
def l = [1, 2, 3, 4, 5]
l.subList(1, 5).subList(1, 3).clear()
l
// value: [1, 2, 5]
// ---- the order of hashes is Java's
println new HashSet(['banana', 'apple', 'cherry', 'kiwi', 'fig'])
println new HashMap([zeta: 1, alpha: 2, mid: 3]).keySet()
println((1..20).collect { "k$it".toString() }.toSet())
// expect: [banana, apple, cherry, kiwi, fig]
// expect: [zeta, mid, alpha]
// expect: [k1, k2, k3, k20, k4, k5, k11, k6, k10, k7, k13, k8, k12, k9, k15, k14, k17, k16, k19, k18]
