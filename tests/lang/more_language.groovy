// Language: classes, annotations, parameters, declarations.
// ---- interface I def foo
interface I { def foo() }
class A implements I { def foo() { 'foo' } }
def i = new A(); [i instanceof I, i.foo(), A.interfaces*.simpleName.contains('I')]
// value: [true, foo, true]
// ---- class A def x void setProperty String n v if n
class A { def x; void setProperty(String n, v) { if (n == 'x') this.@x = "set:$v"; else x = 'other' } }
def a = new A(); a.x = 1; def b = a.x; a.q = 2; [b, a.x]
// value: [set:1, other]
// ---- import groovy transform
import groovy.transform.*
@ToString(includeNames=true) class A { int x; String s }
new A(x:1, s:'q').toString()
// value: A(x:1, s:q)
// ---- import groovy transform 2
import groovy.transform.*
@ToString(includeNames=true, excludes='s', ignoreNulls=true) class A { int x; String s; def n }
new A(x:1, s:'q').toString()
// value: A(x:1)
// ---- import groovy transform 3
import groovy.transform.*
@ToString(includePackage=false, includeFields=true) class A { int x; private String s = 'z' }
new A(x:1).toString()
// value: A(1, z)
// ---- import groovy transform 4
import groovy.transform.*
@Singleton class A { int n = 4 }
[A.instance.n, A.instance.is(A.instance)]
// value: [4, true]
// ---- class A Delegate List l def extra e
class A { @Delegate List l = []; def extra() { 'e' } }
def a = new A(); a << 1; a.add(2); [a.size(), a[0], a.extra(), a.collect { it * 2 }]
// value: [2, 1, e, [2, 4]]
// ---- class A static def static methodMissing String
class A { static def $static_methodMissing(String n, args) { "sm:$n" } }
A.foo(1)
// value: sm:foo
// ---- Category String class Shout String shout this
@Category(String) class Shout { String shout() { this.toUpperCase() } }
use(Shout) { 'a'.shout() }
// value: A
// ---- class A int x 1 String y q
class A { int x = 1; String y = 'q' }
new A().properties.findAll { it.key != 'class' }.sort()
// value: [x:1, y:q]
// ---- class A def foo Object xs xs size def bar Stri
class A { def foo(Object... xs) { xs.size() } ; def bar(String s, int... ns) { s + ns.sum() } }
[new A().foo(), new A().foo(1), new A().foo(1,2), new A().foo([1,2]), new A().foo([1,2] as Object[]), new A().bar('x', 1, 2), new A().foo(*[1,2,3]), new A().foo(null)]
// throws: NullPointerException: Cannot invoke method size() on null object
// ---- package foo bar
package foo.bar
class A { }
[A.name, new A().class.package?.name, A.simpleName]
// value: [foo.bar.A, foo.bar, A]
// ---- class A implements Iterable Iterator iterator
class A implements Iterable { Iterator iterator() { [3,1,2].iterator() } }
def a = new A(); [a.sort(), a.max(), a.join('-'), a.sum(), a.first(), a*.toString(), a.toSet().size(), a.find { it < 3 }, 3 in a, a.size(), a.withIndex(), a.groupBy { it > 1 }]
// value: [[1, 2, 3], 3, 3-1-2, 6, 3, [3, 1, 2], 3, 1, false, 3, [[3, 0], [1, 1], [2, 2]], [true:[3, 2], false:[1]]]
// ---- int x a
int x = 'a'
// value: 97
// ---- def fact fact n acc 1G n 1 acc fact trampoline
def fact; fact = { n, acc = 1G -> n <= 1 ? acc : fact.trampoline(n - 1, n * acc) }.trampoline(); fact(200).toString().size()
// value: 375
// ---- 1 2 a b null 1 1 null null null 1 0 1 true fa
[1 <=> 2, 'a' <=> 'b', null <=> 1, 1 <=> null, null <=> null, 1.0 <=> 1, true <=> false, 'a' <=> 'c']
// value: [-1, -1, -1, 1, 0, 0, 1, -1]
// ---- Class forName nope Nope
Class.forName('nope.Nope')
// throws: ClassNotFoundException: nope.Nope
// ---- def f a a
def f(a) { a }
f()
// value: null
// ---- println 1 2 println 1 println print x print a
println([1,2]); println 1; println(); print 'x'; print([a:1]); println null; printf('%d-%s%n', 1, 'q'); println "${1}"; System.out.println 'sys'; println([1] as int[]); println(['a'] as String[]); println(('ab').toCharArray())
// expect: [1, 2]
// expect: 1
// expect: 
// expect: x[a:1]null
// expect: 1-q
// expect: 1
// expect: sys
// expect: [1]
// expect: [a]
// expect: ab
// value: null
// ---- def f def x 5
def f() { def x = 5 }
f()
// value: 5
// ---- def d new Date 0 d time d format yyyy MM dd HH
def d = new Date(0); [d.time, d.format('yyyy-MM-dd HH:mm:ss', TimeZone.getTimeZone('UTC')), d + 1, d - 1, (d + 5) - d, d < d + 1, d == new Date(0), d.clone() == d]
// value: [0, 1970-01-01 00:00:00, Fri Jan 02 00:00:00 UTC 1970, Wed Dec 31 00:00:00 UTC 1969, 5, true, true, true]
