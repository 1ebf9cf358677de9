// Methods of collections: each on the kinds of receiver it did not work on before.
// ---- permutations it 2 y x
def x = []
def y = x.permutations{it==2}
"$y $x"
// throws: IllegalArgumentException: At least one item required
// ---- permutations it y x
def x = []
def y = x.permutations{it}
"$y $x"
// throws: IllegalArgumentException: At least one item required
// ---- permutations true y x
def x = []
def y = x.permutations{true}
"$y $x"
// throws: IllegalArgumentException: At least one item required
// ---- eachPermutation it 2 y x
def x = []
def y = x.eachPermutation{it==2}
"$y $x"
// throws: IllegalArgumentException: At least one item required
// ---- eachPermutation it y x
def x = []
def y = x.eachPermutation{it}
"$y $x"
// throws: IllegalArgumentException: At least one item required
// ---- eachPermutation true y x
def x = []
def y = x.eachPermutation{true}
"$y $x"
// throws: IllegalArgumentException: At least one item required
// ---- combinations it 2 y x
def x = []
def y = x.combinations{it==2}
"$y $x"
// value: [] []
// ---- combinations it y x
def x = []
def y = x.combinations{it}
"$y $x"
// value: [] []
// ---- combinations true y x
def x = []
def y = x.combinations{true}
"$y $x"
// value: [] []
// ---- toSet y x
def x = [3,1,2]
def y = x.toSet()
"$y $x"
// value: [1, 2, 3] [3, 1, 2]
// ---- clone y x
def x = [3,1,2]
def y = x.clone()
"$y $x"
// value: [3, 1, 2] [3, 1, 2]
// ---- indices y x
def x = [3,1,2]
def y = x.indices
"$y $x"
// value: [0, 1, 2] [3, 1, 2]
// ---- getIndices y x
def x = [3,1,2]
def y = x.getIndices()
"$y $x"
// value: [0, 1, 2] [3, 1, 2]
// ---- findIndexValues 1 true y x
def x = [3,1,2]
def y = x.findIndexValues(1){true}
"$y $x"
// value: [1, 2] [3, 1, 2]
// ---- removeAll 1 2 y x
def x = [3,1,2]
def y = x.removeAll(1,2)
"$y $x"
// value: true [3]
// ---- permutations y x
def x = []
def y = x.permutations()
"$y $x"
// throws: IllegalArgumentException: At least one item required
// ---- combinations y x
def x = []
def y = x.combinations()
"$y $x"
// value: [] []
// ---- eachPermutation y x
def x = []
def y = x.eachPermutation{}
"$y $x"
// throws: IllegalArgumentException: At least one item required
// ---- toSpreadMap size y x
def x = []
def y = x.toSpreadMap().size()
"$y $x"
// value: 0 []
// ---- subsequences y x
def x = ['b','a','c']
def y = x.subsequences()
"$y $x"
// value: [[b, a], [a], [b], [b, a, c], [b, c], [c], [a, c]] [b, a, c]
// ---- leftShift 4 y x
def x = 'hello'
def y = x.leftShift(4)
"$y $x"
// value: hello4 hello
// ---- properties size y x
def x = 5
def y = x.properties.size()
"$y $x"
// value: 1 5
// ---- a range that is not of integers holds its items, not what lies between them
println(1.5 in (1.0..3.0)) // expect: false
println(2.0 in (1.0..3.0)) // expect: true
println((1.0..3.0).containsWithinBounds(1.5)) // expect: true
println((1.0..3.0).containsWithinBounds(3.5)) // expect: false
println((1..3).containsWithinBounds(1.5)) // expect: false
println('bb' in ('a'..'c')) // expect: false
println([1.0, 1.5, 2.0].grep(1.0..2.0)) // expect: [1.0, 2.0]
