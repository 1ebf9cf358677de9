// What exceptions tell.
// ---- a missing method
try { 'abc'.foo(1) } catch (MissingMethodException e) { [e.method, e.type.simpleName, e.arguments] }
// value: [foo, String, [1]]
// ---- a missing property
try { xyz } catch (MissingPropertyException e) { [e.property, e.type.simpleName] }
// value: [xyz, Script1]
// ---- a negative capacity
new ArrayList(-1)
// throws: IllegalArgumentException: Illegal Capacity: -1
// ---- constants are one object
'x'.is('x')
// value: true
// ---- a constructor that takes no null
class NoNull { NoNull(int a) { } }
try { new NoNull(null, 'x') } catch (GroovyRuntimeException e) { e.message }
// value: Could not find matching constructor for: NoNull(null, java.lang.String)
// ---- an enum's constructor asks for the next constant, of which there is none yet
enum Early { A, B; Early() { next() } }
try { Early.A } catch (NullPointerException e) { e.message }
// value: Cannot invoke method size() on null object
// judge: no
// ---- an iterator that removes from a list which changed meanwhile
def l = [1, 2, 3], it = l.iterator()
3.times { _ -> it.next() }
l.clear()
try { it.remove() } catch (ConcurrentModificationException e) { e.message }
// value: null
// ---- a match whose replacement is appended twice
def m = 'abcabc' =~ /bc/, sb = new StringBuilder()
m.find()
m.appendReplacement(sb, 'x')
try { m.appendReplacement(sb, 'y') } catch (IndexOutOfBoundsException e) { "$sb" }
// value: ax
// ---- scales beyond all measure
def told = []
try { 1.0.divide(3.0, 20000000, java.math.RoundingMode.UP) } catch (ArithmeticException e) { told << e.message }
try { BigDecimal.valueOf(1L, 2000000000) + 1 } catch (ArithmeticException e) { told << e.message }
told
// value: [Overflow, Underflow]
// judge: no
// ---- a radix there is not
['10'].collect { try { Integer.parseInt(it, 37) } catch (NumberFormatException e) { e.message } }
// value: [radix 37 greater than Character.MAX_RADIX]
// ---- a list that its own elements' equals() or compareTo() shortens
class Shrinks implements Comparable {
    List of
    int compareTo(other) { of.clear(); 1 }
    boolean equals(other) { of.clear(); true }
    int hashCode() { 1 }
}
def seen = []
[{ it.max() }, { it.min() }, { it.removeElement(new Shrinks(of: it)) }, { it.removeAll([new Shrinks(of: it)]) }, { it.retainAll([new Shrinks(of: it)]) }].each {
    def list = []
    3.times { list << new Shrinks(of: list) }
    try { it(list) } catch (RuntimeException e) { }
    seen << list.size()
}
seen
// value: [0, 0, 0, 0, 0]
// judge: no
// ---- a default that clears its list
def defaults
defaults = [].withDefault { defaults.clear(); 1 }
try { defaults[3] } catch (IndexOutOfBoundsException e) { e.message }
// value: Index 3 out of bounds for length 0
// judge: no
// ---- a file's bytes are not those of its text
def file = new File('/proc/self/exe')
(0..3).collect { file.bytes[it] }
// value: [127, 69, 76, 70]
// ---- copies of ranges that begin outside
def numbers = [1, 2, 3] as int[], told = []
[[-2, 2], [4, 5], [2, 1]].each { from, to ->
    try { told << Arrays.copyOfRange(numbers, from, to) } catch (RuntimeException e) { told << e.class.simpleName }
}
told << (Arrays.copyOfRange(numbers, 1, 5) as List)
// value: [ArrayIndexOutOfBoundsException, ArrayIndexOutOfBoundsException, IllegalArgumentException, [2, 3, 0, 0]]
// ---- a shuffled list that must not change
try { Collections.shuffle([1, 2].asImmutable()) } catch (UnsupportedOperationException e) { 'refused' }
// value: refused
// ---- times beyond a long
java.util.concurrent.TimeUnit.DAYS.toNanos(Long.MAX_VALUE) == Long.MAX_VALUE
// value: true
// ---- scales that grow by dividing
def tiny = 1.0
try { 20.times { tiny = tiny / new BigDecimal('1e1000000') } } catch (ArithmeticException e) { e.message }
// value: Underflow
// judge: no
// ---- the numeric value of a letter outside ASCII
[Character.getNumericValue('é' as char), Character.getNumericValue('z' as char)]
// value: [-1, 35]
// ---- exclusive ranges of other ends than ints are inclusive ones
def r = 'a'..<'d', empty = 'a'..<'a'
[r.toString(), r.to, r.contains('c'), r.contains('d'), (5.5..<1.5).toString(), (1..<4).toString(), empty.size(), (1L..<4L).toList(),
 'abcdef'[1L..<3L]]
// value: [a..c, c, true, false, 5.5..2.5, 1..<4, 0, [1, 2, 3], bc]
