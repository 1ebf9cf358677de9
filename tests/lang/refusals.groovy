// ---- an import nobody has
import foo.Bar
println 1
// throws: MultipleCompilationErrorsException: unable to resolve class foo.Bar
// ---- a package of Jenkins: fails when used
// judge: no
import hudson.plugins.nowhere.Thing
println 1 // expect: 1
new Thing()
// throws: NoClassDefFoundError: hudson.plugins.nowhere.Thing
// ---- try with resources is not Groovy 2.4
try (def x = new StringReader('a')) { println 1 }
// throws: MultipleCompilationErrorsException
// ---- a default in front does not fall through
switch (3) { default: println 'd'; case 1: println 1 }
// expect: d
// ---- what toString throws comes through
class T { String toString() { throw new IllegalStateException('ts') } }
def text = "x${new T()}"
println text
// throws: IllegalStateException: ts
// ---- a comparator that throws
new TreeSet({ a, b -> throw new IllegalStateException('cmp') } as Comparator).addAll([1, 2])
// throws: IllegalStateException: cmp
// ---- equals of a cyclic list
def a = []
def b = []
a << b
b << a
a.equals(b)
// throws: StackOverflowError
// ---- an interface nobody has
interface A extends Nowhere {}
// throws: MultipleCompilationErrorsException: unable to resolve class Nowhere
// ---- a closure's only parameter is null when nothing is given
def c = { x -> "got $x" }
println c() // expect: got null
def t = { String s -> s }
println t() // expect: null
// ---- a variable declared twice in one scope
def twice = 1
def twice = 2
// throws: MultipleCompilationErrorsException: The current scope already contains a variable of the name twice
// ---- a closure's variable named as one around it
def outer = 1
[2].each { def outer = it }
// throws: MultipleCompilationErrorsException: The current scope already contains a variable of the name outer
// ---- two methods of one signature
def same(int a) { 1 }
def same(int b) { 2 }
// throws: MultipleCompilationErrorsException: Repetitive method name/signature for method
