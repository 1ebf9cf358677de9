// Methods of maps: each on the kinds of receiver it did not work on before.
// ---- intersect a 1 y x
def x = new TreeMap([b:2,a:1])
def y = x.intersect([a:1])
"$y $x"
// value: [a:1] [a:1, b:2]
// ---- collectEntries k v v k y x
def x = new TreeMap([b:2,a:1])
def y = x.collectEntries{k,v->[v,k]}
"$y $x"
// value: [1:a, 2:b] [a:1, b:2]
// ---- dropWhile k v v 2 y x
def x = new TreeMap([b:2,a:1])
def y = x.dropWhile{k,v->v<2}
"$y $x"
// value: [b:2] [a:1, b:2]
// ---- takeWhile k v v 2 y x
def x = new TreeMap([b:2,a:1])
def y = x.takeWhile{k,v->v<2}
"$y $x"
// value: [a:1] [a:1, b:2]
// ---- collectEntries takes the first two of a list, and null for what it lacks
println([1, 2].collectEntries { [it] }) // expect: [1:null, 2:null]
println([1].collectEntries { [it, 'x', 'y'] }) // expect: [1:x]
println([1].collectEntries { [] }) // expect: [null:null]
println([a: 1].collectEntries { k, v -> [k] }) // expect: [a:null]
