// ---- implicit it
println([1, 2].collect { it * 2 }) // expect: [2, 4]
def f = { it }
println f() // expect: null
println f(3) // expect: 3
// ---- defaults
def f = { a, b = a + 1 -> "$a $b" }
println f(1) // expect: 1 2
println f(1, 5) // expect: 1 5
// ---- varargs
def f = { a, Object... rest -> "$a ${rest.length}" }
println f(1) // expect: 1 0
println f(1, 5, 6) // expect: 1 2
def g(String... s) { s.length }
println g() + g('a', "b${1}") // expect: 2
println g(['x', 'y'] as String[]) // expect: 2
// ---- captured variables are shared
def n = 0
def inc = { n++ }
inc(); inc()
println n // expect: 2
n = 10
inc()
println n // expect: 11
// ---- each turn of a block has its own variable
def list = []
for (int i = 0; i < 3; i++) { def j = i; list << { j } }
println list.collect { it() } // expect: [0, 1, 2]
// ---- the counter of a for loop is shared
def list = []
for (int i = 0; i < 3; i++) { list << { i } }
println list.collect { it() } // expect: [3, 3, 3]
// ---- for in shares its variable too
def list = []
for (x in 1..3) { list << { x } }
println list.collect { it() } // expect: [3, 3, 3]
// ---- curry
def f = { a, b, c -> "$a-$b-$c" }
println f.curry(1)(2, 3) // expect: 1-2-3
println f.rcurry(1)(2, 3) // expect: 2-3-1
println f.ncurry(1, 9)(2, 3) // expect: 2-9-3
println f.curry(1, 2)(3) // expect: 1-2-3
// ---- compose
def a = { it + 1 }, b = { it * 10 }
println((a >> b)(1)) // expect: 20
println((a << b)(1)) // expect: 11
// ---- delegate first
class Conf { String name; int size; def hello() { "hello $name" } }
def c = new Conf()
def block = { name = 'x'; size = 3; hello() }
block.delegate = c
block.resolveStrategy = Closure.DELEGATE_FIRST
println block() // expect: hello x
println c.size // expect: 3
// ---- owner first
class D { def foo() { 'delegate' } }
def foo() { 'owner' }
def block = { foo() }
block.delegate = new D()
println block() // expect: owner
block.resolveStrategy = Closure.DELEGATE_FIRST
println block() // expect: delegate
// ---- owner and this
def outer = { def inner = { owner }; inner() }
println outer().is(outer) // expect: true
def t = { this }
println t().is(this) // expect: true
// ---- a list is taken apart for several parameters
println([[1, 2], [3, 4]].collect { a, b -> a + b }) // expect: [3, 7]
def f = { a, b -> "$a/$b" }
println f([5, 6]) // expect: 5/6
// ---- recursion through a variable
def fact
fact = { n -> n <= 1 ? 1 : n * fact(n - 1) }
println fact(10) // expect: 3628800
println fact(20G) // expect: 2432902008176640000
// ---- method pointers
def up = 'abc'.&toUpperCase
println up() // expect: ABC
def add(a, b) { a + b }
def m = this.&add
println m(1, 2) // expect: 3
println([1, 2].collect(this.&twice)) // expect: [2, 4]
def twice(x) { x * 2 }
// ---- lazy gstring
def n = 1
def eager = "n=${n}", lazy = "n=${-> n}"
n = 2
println eager // expect: n=1
println lazy // expect: n=2
// ---- wrong number of arguments
def f = { a -> a }
f(1, 2)
// throws: MissingMethodException: is applicable for argument types: (java.lang.Integer, java.lang.Integer) values: [1, 2]
// ---- call on a field
class A { def action = { "did $it" } }
println new A().action(3) // expect: did 3
// ---- map of closures
def m = [go: { x -> x + 1 }]
println m.go(1) // expect: 2
// ---- return in a closure leaves the closure only
def r = [1, 2, 3].collect { if (it == 2) return 'two'; it }
println r // expect: [1, two, 3]
// ---- nested closures write outer variables
def total = 0
[1, 2].each { a -> [10, 20].each { b -> total += a * b } }
println total // expect: 90
// ---- parameters
def c = { String a, int b -> }
println c.maximumNumberOfParameters // expect: 2
println c.parameterTypes*.simpleName // expect: [String, int]
