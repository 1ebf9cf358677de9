// Methods of sets, arrays and ranges, and what null answers to.
// ---- toUnique it 2 y x
def x = ([3,1,2] as Set)
def y = x.toUnique{it==2}
"$y $x"
// value: [3, 2] [3, 1, 2]
// ---- toUnique it y x
def x = ([3,1,2] as Set)
def y = x.toUnique{it}
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- toUnique true y x
def x = ([3,1,2] as Set)
def y = x.toUnique{true}
"$y $x"
// value: [3] [3, 1, 2]
// ---- takeWhile it 2 y x
def x = ([3,1,2] as Set)
def y = x.takeWhile{it==2}
"$y $x"
// value: [] [3, 1, 2]
// ---- takeWhile it y x
def x = ([3,1,2] as Set)
def y = x.takeWhile{it}
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- takeWhile true y x
def x = ([3,1,2] as Set)
def y = x.takeWhile{true}
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- dropWhile it 2 y x
def x = ([3,1,2] as Set)
def y = x.dropWhile{it==2}
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- dropWhile it y x
def x = ([3,1,2] as Set)
def y = x.dropWhile{it}
"$y $x"
// value: [] [3, 1, 2]
// ---- dropWhile true y x
def x = ([3,1,2] as Set)
def y = x.dropWhile{true}
"$y $x"
// value: [] [3, 1, 2]
// ---- flatten it y x
def x = ([3,1,2] as Set)
def y = x.flatten{it}
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- collect it y x
def x = null
def y = x.collect{it}
"$y $x"
// value: [] null
// ---- collect it 1 y x
def x = null
def y = x.collect{[it,1]}
"$y $x"
// value: [] null
// ---- each print it y x
def x = null
def y = x.each{print it}
"$y $x"
// value: null null
// ---- find it 2 y x
def x = null
def y = x.find{it==2}
"$y $x"
// value: null null
// ---- find it y x
def x = null
def y = x.find{it}
"$y $x"
// value: null null
// ---- find true y x
def x = null
def y = x.find{true}
"$y $x"
// value: null null
// ---- findAll it 2 y x
def x = null
def y = x.findAll{it==2}
"$y $x"
// value: [] null
// ---- findAll it y x
def x = null
def y = x.findAll{it}
"$y $x"
// value: [] null
// ---- findAll true y x
def x = null
def y = x.findAll{true}
"$y $x"
// value: [] null
// ---- any it 2 y x
def x = null
def y = x.any{it==2}
"$y $x"
// value: false null
// ---- any it y x
def x = null
def y = x.any{it}
"$y $x"
// value: false null
// ---- any true y x
def x = null
def y = x.any{true}
"$y $x"
// value: false null
// ---- every it 2 y x
def x = null
def y = x.every{it==2}
"$y $x"
// value: true null
// ---- every it y x
def x = null
def y = x.every{it}
"$y $x"
// value: true null
// ---- every true y x
def x = null
def y = x.every{true}
"$y $x"
// value: true null
// ---- findIndexOf it 2 y x
def x = null
def y = x.findIndexOf{it==2}
"$y $x"
// value: -1 null
// ---- findIndexOf it y x
def x = null
def y = x.findIndexOf{it}
"$y $x"
// value: -1 null
// ---- findIndexOf true y x
def x = null
def y = x.findIndexOf{true}
"$y $x"
// value: -1 null
// ---- findLastIndexOf it 2 y x
def x = null
def y = x.findLastIndexOf{it==2}
"$y $x"
// value: -1 null
// ---- findLastIndexOf it y x
def x = null
def y = x.findLastIndexOf{it}
"$y $x"
// value: -1 null
// ---- findLastIndexOf true y x
def x = null
def y = x.findLastIndexOf{true}
"$y $x"
// value: -1 null
// ---- findIndexValues it 2 y x
def x = null
def y = x.findIndexValues{it==2}
"$y $x"
// value: [] null
// ---- findIndexValues it y x
def x = null
def y = x.findIndexValues{it}
"$y $x"
// value: [] null
// ---- findIndexValues true y x
def x = null
def y = x.findIndexValues{true}
"$y $x"
// value: [] null
// ---- findResult it 2 two null y x
def x = null
def y = x.findResult{it==2?"two":null}
"$y $x"
// value: null null
// ---- split it 2 y x
def x = null
def y = x.split{it==2}
"$y $x"
// value: [[], []] null
// ---- split it y x
def x = null
def y = x.split{it}
"$y $x"
// value: [[], []] null
// ---- split true y x
def x = null
def y = x.split{true}
"$y $x"
// value: [[], []] null
// ---- eachWithIndex q i print q print i y x
def x = null
def y = x.eachWithIndex{q,i->print q;print i}
"$y $x"
// value: null null
// ---- with it 2 y x
def x = null
def y = x.with{it==2}
"$y $x"
// value: false null
// ---- with it y x
def x = null
def y = x.with{it}
"$y $x"
// value: null null
// ---- with true y x
def x = null
def y = x.with{true}
"$y $x"
// value: true null
// ---- tail y x
def x = ([3,1,2] as Set)
def y = x.tail()
"$y $x"
// value: [1, 2] [3, 1, 2]
// ---- init y x
def x = ([3,1,2] as Set)
def y = x.init()
"$y $x"
// value: [3, 1] [3, 1, 2]
// ---- toUnique y x
def x = ([3,1,2] as Set)
def y = x.toUnique()
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- grep y x
def x = ([3,1,2] as Set)
def y = x.grep()
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- take 2 y x
def x = ([3,1,2] as Set)
def y = x.take(2)
"$y $x"
// value: [3, 1] [3, 1, 2]
// ---- drop 1 y x
def x = ([3,1,2] as Set)
def y = x.drop(1)
"$y $x"
// value: [1, 2] [3, 1, 2]
// ---- takeRight 2 y x
def x = ([3,1,2] as Set)
def y = x.takeRight(2)
"$y $x"
// value: [1, 2] [3, 1, 2]
// ---- dropRight 1 y x
def x = ([3,1,2] as Set)
def y = x.dropRight(1)
"$y $x"
// value: [3, 1] [3, 1, 2]
// ---- multiply 2 y x
def x = ([3,1,2] as Set)
def y = x.multiply(2)
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- removeElement 1 y x
def x = ([3,1,2] as Set)
def y = x.removeElement(1)
"$y $x"
// value: true [3, 2]
// ---- addAll 0 7 8 y x
def x = ([3,1,2] as Set)
def y = x.addAll(0,[7,8])
"$y $x"
// value: true [3, 1, 2, 0, [7, 8]]
// ---- grep 2 y x
def x = ([3,1,2] as Set)
def y = x.grep(2)
"$y $x"
// value: [2] [3, 1, 2]
// ---- grep Integer y x
def x = ([3,1,2] as Set)
def y = x.grep(Integer)
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- grep it y x
def x = ([3,1,2] as Set)
def y = x.grep{it}
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- tail tail y x
def x = ([3,1,2] as Set)
def y = x.tail().tail()
"$y $x"
// value: [2] [3, 1, 2]
// ---- drop 5 y x
def x = ([3,1,2] as Set)
def y = x.drop(5)
"$y $x"
// value: [] [3, 1, 2]
// ---- take 1 y x
def x = ([3,1,2] as Set)
def y = x.take(-1)
"$y $x"
// value: [] [3, 1, 2]
// ---- drop 1 y x 2
def x = ([3,1,2] as Set)
def y = x.drop(-1)
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- take 9 y x
def x = ([3,1,2] as Set)
def y = x.take(9)
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- dropWhile it 3 y x
def x = ([3,1,2] as Set)
def y = x.dropWhile{it==3}
"$y $x"
// value: [1, 2] [3, 1, 2]
// ---- takeWhile it 3 y x
def x = ([3,1,2] as Set)
def y = x.takeWhile{it==3}
"$y $x"
// value: [3] [3, 1, 2]
// ---- lower 2 y x
def x = new TreeSet([3,1,2])
def y = x.lower(2)
"$y $x"
// value: 1 [1, 2, 3]
// ---- floor 2 y x
def x = new TreeSet([3,1,2])
def y = x.floor(2)
"$y $x"
// value: 2 [1, 2, 3]
// ---- withDefault it y x
def x = (1..4)
def y = x.withDefault{it}
"$y $x"
// value: [1, 2, 3, 4] [1, 2, 3, 4]
// ---- withEagerDefault it y x
def x = (1..4)
def y = x.withEagerDefault{it}
"$y $x"
// value: [1, 2, 3, 4] [1, 2, 3, 4]
// ---- withLazyDefault it y x
def x = (1..4)
def y = x.withLazyDefault{it}
"$y $x"
// value: [1, 2, 3, 4] [1, 2, 3, 4]
// ---- containsWithinBounds 2 y x
def x = (1..4)
def y = x.containsWithinBounds(2)
"$y $x"
// value: true [1, 2, 3, 4]
// ---- swap 0 1 y x
def x = ([3,1,2] as int[])
def y = x.swap(0,1)
"$y $x"
// value: [1, 3, 2] [1, 3, 2]
// ---- toArrayString y x
def x = (['b','a'] as String[])
def y = x.toArrayString()
"$y $x"
// value: [b, a] [b, a]
// ---- any y x
def x = null
def y = x.any()
"$y $x"
// value: false null
// ---- every y x
def x = null
def y = x.every()
"$y $x"
// value: true null
// ---- findAll y x
def x = null
def y = x.findAll()
"$y $x"
// value: [] null
// ---- collect y x
def x = null
def y = x.collect()
"$y $x"
// value: [] null
// ---- toString y x
def x = null
def y = x.toString()
"$y $x"
// value: null null
// ---- inspect y x
def x = null
def y = x.inspect()
"$y $x"
// value: null null
// ---- isCase 2 y x
def x = null
def y = x.isCase(2)
"$y $x"
// value: false null
// ---- asBoolean y x
def x = null
def y = x.asBoolean()
"$y $x"
// value: false null
// ---- equals 3 1 2 y x
def x = null
def y = x.equals([3,1,2])
"$y $x"
// value: false null
// ---- inject 0 a b b y x
def x = null
def y = x.inject(0){a,b->b}
"$y $x"
// value: 0 null
// ---- inject a b a b y x
def x = null
def y = x.inject([]){a,b->a+[b]}
"$y $x"
// value: [] null
// ---- findResult d null y x
def x = null
def y = x.findResult("d"){null}
"$y $x"
// value: d null
// ---- collect 9 it y x
def x = null
def y = x.collect([9]){it}
"$y $x"
// value: [9] null
// ---- findIndexOf 1 true y x
def x = null
def y = x.findIndexOf(1){true}
"$y $x"
// value: -1 null
// ---- getClass name y x
def x = null
def y = x.getClass().name
"$y $x"
// value: org.codehaus.groovy.runtime.NullObject null
// ---- getClass simpleName y x
def x = null
def y = x.getClass().simpleName
"$y $x"
// value: NullObject null
// ---- respondsTo size size 0 y x
def x = null
def y = x.respondsTo("size").size()>0
"$y $x"
// value: false null
// ---- hasProperty size null y x
def x = null
def y = x.hasProperty("size")==null
"$y $x"
// value: true null
// ---- iterator next y x
def x = null
def y = x.iterator().next()
"$y $x"
// throws: NoSuchElementException
// ---- iterator hasNext y x
def x = null
def y = x.iterator().hasNext()
"$y $x"
// value: false null
// ---- iterator toList y x
def x = null
def y = x.iterator().toList()
"$y $x"
// value: [] null
// ---- findAll k v v 1 y x
def x = null
def y = x.findAll{k,v->v==1}
"$y $x"
// value: [] null
// ---- any k v v 1 y x
def x = null
def y = x.any{k,v->v==1}
"$y $x"
// value: false null
// ---- every k v v 1 y x
def x = null
def y = x.every{k,v->v==1}
"$y $x"
// value: true null
// ---- collect k v v y x
def x = null
def y = x.collect{k,v->v}
"$y $x"
// value: [] null
// ---- inject 0 a e a e value y x
def x = null
def y = x.inject(0){a,e->a+e.value}
"$y $x"
// value: 0 null
// ---- inject 0 a k v a v y x
def x = null
def y = x.inject(0){a,k,v->a+v}
"$y $x"
// value: 0 null
// ---- split k v v 1 y x
def x = null
def y = x.split{k,v->v==1}
"$y $x"
// value: [[], []] null
// ---- getClass y x
def x = null
def y = x.getClass()
"$y $x"
// value: class org.codehaus.groovy.runtime.NullObject null
// ---- every it null y x
def x = null
def y = x.every{it!=null}
"$y $x"
// value: true null
// ---- equals null y x
def x = null
def y = x.equals(null)
"$y $x"
// value: true null
// ---- is 1 y x
def x = null
def y = x.is(1)
"$y $x"
// value: false null
// ---- isCase a y x
def x = null
def y = x.isCase("a")
"$y $x"
// value: false null
// ---- getProperty a y x
def x = null
def y = x.getProperty("a")
"$y $x"
// throws: NullPointerException: Cannot get property 'a' on null object
