// Methods that take closures, of collections, arrays and iterators. Those without one are C
// (runner/lib/collection_methods.c, list_methods.c), which these call for everything that does not need a
// closure: sort { } computes its keys here and sorts by them there.

class IterableMethods {
    static forEach(self, Closure c) {
        for (x in self) c.call(x)
        null
    }

    static reverseEach(self, Closure c) {
        def items = self.toList()
        for (int i = items.size() - 1; i >= 0; i--) c.call(items.get(i))
        self
    }

    static collectEntries(self) {
        self.collectEntries([:], { it })
    }

    static collectEntries(self, Closure c) {
        self.collectEntries([:], c)
    }

    static collectEntries(self, Map into) {
        self.collectEntries(into, { it })
    }

    static collectEntries(self, Map into, Closure c) {
        for (x in self) {
            def r = c.call(x)
            if (r instanceof Map) into.putAll(r)
            else if (r instanceof Map.Entry) into.put(r.key, r.value)
            else if (r instanceof List || r.size() == 2) into.put(r[0], r[1]) // what a list lacks is null
            else throw new IllegalArgumentException('collectEntries: the closure must return a Map, an Entry or a pair')
        }
        into
    }

    static collectMany(self, Closure c) {
        def result = []
        for (x in self) result.addAll(c.call(x))
        result
    }

    static collectMany(self, Collection into, Closure c) {
        for (x in self) into.addAll(c.call(x))
        into
    }

    static collectNested(self, Closure c) {
        self.collectNested([], c)
    }

    static collectNested(self, Collection into, Closure c) {
        for (x in self) into.add(x instanceof Collection ? x.collectNested([], c) : c.call(x))
        into
    }

    static findResults(self, Closure c) {
        def result = []
        for (x in self) {
            def r = c.call(x)
            if (r != null) result.add(r)
        }
        result
    }

    static count(self, Closure c) {
        int n = 0
        for (x in self) if (c.call(x)) n++
        n
    }

    static sum(self, Closure c) {
        def sum = null
        boolean first = true
        for (x in self) {
            def v = c.call(x)
            sum = first ? v : sum + v
            first = false
        }
        sum
    }

    static sum(self, initial, Closure c) {
        def sum = initial
        for (x in self) sum = sum + c.call(x)
        sum
    }

    static min(self, Closure c) {
        self.$extreme(c, -1)
    }

    static max(self, Closure c) {
        self.$extreme(c, 1)
    }

    // A closure of two compares, any other gives keys; the first of equal ones stays, as in Groovy.
    static $extreme(self, Closure c, int sign) {
        def best = null, bestKey = null
        boolean first = true, pairs = c.maximumNumberOfParameters == 2
        for (x in self) {
            def key = pairs ? null : c.call(x)
            if (first || (pairs ? c.call(x, best) * sign > 0 : (key <=> bestKey) * sign > 0)) {
                best = x
                bestKey = key
            }
            first = false
        }
        best
    }

    static groupBy(self, Closure c) {
        def groups = [:]
        for (x in self) {
            def key = c.call(x)
            def group = groups.get(key)
            if (group == null) groups.put(key, group = [])
            group.add(x)
        }
        groups
    }

    static groupBy(self, List closures) {
        self.$groupByAll(closures)
    }

    static groupBy(self, Object... closures) {
        self.$groupByAll(closures.toList())
    }

    // Nested maps, a level for each closure; no closure at all groups by the elements themselves.
    static $groupByAll(self, closures) {
        def groups = self.groupBy((Closure) (closures ? closures.get(0) : { it }))
        if (closures.size() < 2) return groups
        def rest = closures.drop(1), result = [:]
        for (e in groups) result.put(e.key, e.value.$groupByAll(rest))
        result
    }

    static countBy(self, Closure c) {
        def counts = [:]
        for (x in self) {
            def key = c.call(x)
            counts.put(key, (counts.get(key) ?: 0) + 1)
        }
        counts
    }

    static sort(self, Closure c) {
        self.sort(!(self instanceof Set), c)
    }

    static sort(self, boolean mutate, Closure c) {
        def items = self.toList()
        // Keys once for each element, as OrderBy would ask for them at every comparison, to the same effect.
        def sorted = c.maximumNumberOfParameters == 1 ? items.$sortedByKeys(items.collect(c)) : items.$merged(c)
        if (!mutate || !self.$assignable()) return sorted
        self.$assign(sorted)
        self
    }

    static toSorted(self, Closure c) {
        self.sort(false, c)
    }

    static sort(self, boolean mutate, Comparator c) { self.sort(mutate) { a, b -> c.compare(a, b) } }

    static toSorted(self, Comparator c) { self.toSorted { a, b -> c.compare(a, b) } }

    static min(self, Comparator c) { self.min { a, b -> c.compare(a, b) } }

    static max(self, Comparator c) { self.max { a, b -> c.compare(a, b) } }

    static unique(self, Comparator c) { self.unique { a, b -> c.compare(a, b) } }

    static toUnique(self, Comparator c) { self.toUnique { a, b -> c.compare(a, b) } }

    static sort(self, Comparator c) {
        self.sort(true, { a, b -> c.compare(a, b) })
    }

    // Bottom-up merge sort by a closure of two: stable, and it may park.
    static $merged(self, Closure c) {
        def a = self.toList()
        int n = a.size()
        for (int width = 1; width < n; width *= 2) {
            def b = []
            for (int from = 0; from < n; from += 2 * width) {
                int mid = from + width < n ? from + width : n
                int end = mid + width < n ? mid + width : n
                int i = from, j = mid
                while (i < mid && j < end) b.add((c.call(a.get(i), a.get(j)) as int) <= 0 ? a.get(i++) : a.get(j++))
                while (i < mid) b.add(a.get(i++))
                while (j < end) b.add(a.get(j++))
            }
            a = b
        }
        a
    }

    static unique(self, Closure c) {
        self.unique(true, c)
    }

    // O(n * distinct), as Groovy's: keys are compared by == and may lack a hash that goes with it.
    static unique(self, boolean mutate, Closure c) {
        def kept = [], keys = []
        boolean pairs = c.maximumNumberOfParameters == 2
        for (x in self) {
            def key = pairs ? x : c.call(x)
            boolean seen = false
            for (k in keys) {
                if (pairs ? c.call(k, key) == 0 : k == key) {
                    seen = true
                    break
                }
            }
            if (seen) continue
            kept.add(x)
            keys.add(key)
        }
        if (!mutate) return kept
        self.clear()
        self.addAll(kept)
        self
    }

    static toUnique(self, Closure c) {
        def kept = self.$similar()
        kept.addAll(self.unique(false, c))
        kept
    }

    static getIndices(self) { 0..<self.size() }

    static removeAll(Collection self, Object... items) { self.removeAll(items.toList()) }

    static retainAll(Collection self, Object... items) { self.retainAll(items.toList()) }

    static containsAll(self, Object... items) { self.containsAll(items.toList()) }

    static addAll(Collection self, Object... items) { self.addAll(items.toList()) }

    static toSpreadMap(self) {
        def m = [:], items = self.toList()
        for (int i = 0; i + 1 < items.size(); i += 2) m.put(items.get(i), items.get(i + 1))
        m
    }

    // Groovy's createSimilarCollection: an empty collection of the kind of self.
    static $similar(self) { self instanceof Set ? self.$emptySet() : self instanceof LinkedList ? new LinkedList() : [] }

    static takeWhile(self, Closure c) {
        def result = self.$similar()
        for (x in self) {
            if (!c.call(x)) break
            result.add(x)
        }
        result
    }

    static dropWhile(self, Closure c) {
        def result = self.$similar()
        boolean dropping = true
        for (x in self) {
            if (dropping && c.call(x)) continue
            dropping = false
            result.add(x)
        }
        result
    }

    static withIndex(self) {
        self.withIndex(0)
    }

    static withIndex(self, int offset) {
        def result = []
        for (x in self) result.add([x, offset++])
        result
    }

    static indexed(self) {
        self.indexed(0)
    }

    static indexed(self, int offset) {
        def result = [:]
        for (x in self) result.put(offset++, x)
        result
    }

    static removeAll(self, Closure c) {
        self.$keep { !c.call(it) }
    }

    static removeIf(self, Closure c) {
        self.$keep { !c.call(it) }
    }

    static retainAll(self, Closure c) {
        self.$keep(c)
    }

    // One by one, from the end: what the view shows changes with it.
    static $keepInView(self, Closure c) {
        def items = self.toList()
        for (int i = items.size() - 1; i >= 0; i--) {
            if (c.call(items.get(i))) continue
            if (self instanceof Set) self.remove(items.get(i))
            else self.removeAt(i)
        }
        true
    }

    // All closures are called before anything is removed: one that throws leaves the collection as it was.
    static $keep(self, Closure c) {
        def kept = self.toList().findAll(c)
        if (kept.size() == self.size()) return false
        if (self.$isView()) return self.$keepInView(c)
        self.clear()
        self.addAll(kept)
        true
    }

    static flatten(self, Closure c) {
        def result = self.$similar()
        for (x in self) {
            def r = c.call(x)
            if (r instanceof Collection && !r.is(self)) {
                for (y in r) result.addAll(y instanceof Collection ? y.flatten(c) : [y])
            } else {
                result.add(r)
            }
        }
        result
    }

    static eachPermutation(self, Closure c) {
        for (p in self.permutations()) c.call(p)
        self.iterator()
    }

    // In lexical order of the places, so that equal elements cost nothing but time: the result is a set.
    static permutations(self) {
        def items = self.toList(), result = []
        if (items.size() == 0) throw new IllegalArgumentException('At least one item required')
        int n = items.size()
        def order = (0..<n).toList()
        while (true) {
            result.add(order.collect { items.get(it) })
            int j = n - 2
            while (j >= 0 && order.get(j) > order.get(j + 1)) j--
            if (j < 0) return result as HashSet
            int k = n - 1
            while (order.get(k) < order.get(j)) k--
            order.swap(j, k)
            order = order.take(j + 1) + order.drop(j + 1).reverse()
        }
    }

    static permutations(self, Closure c) {
        self.permutations().collect(c)
    }

    // The first list's elements change fastest, as in GroovyCollections.combinations().
    static combinations(self) {
        def result = [[]]
        if (self.size() == 0) return []
        for (x in self) {
            def options = x instanceof Collection ? x : [x]
            def next = []
            for (o in options) for (r in result) next.add(r + [o])
            result = next
        }
        result
    }

    static combinations(self, Closure c) {
        self.combinations().collect { c.call(it) }
    }

    static eachCombination(self, Closure c) {
        for (x in self.combinations()) c.call(x)
        null
    }

    static subsequences(self) {
        def result = [] as HashSet
        for (x in self) {
            for (s in result.toList()) result.add(s + [x])
            result.add([x])
        }
        result.toList() as HashSet
    }

    static collate(self, int size) {
        self.collate(size, size, true)
    }

    static collate(self, int size, int step) {
        self.collate(size, step, true)
    }

    static collate(self, int size, boolean keep) {
        self.collate(size, size, keep)
    }

    static collate(self, int size, int step, boolean keep) {
        def items = self.toList(), result = []
        if (size <= 0) return [items]
        if (step == 0) throw new IllegalArgumentException('step cannot be zero')
        for (int i = 0; i >= 0 && i < items.size(); i += step) {
            if (!keep && i > items.size() - size) break
            result.add(new ArrayList(items.subList(i, Math.min(i + size, items.size()))))
        }
        result
    }

    static transpose(self) {
        def result = []
        int width = -1
        for (x in self) width = width < 0 || x.size() < width ? x.size() : width
        for (int i = 0; i < width; i++) {
            def row = []
            for (x in self) row.add(x[i])
            result.add(row)
        }
        result
    }
}

class ListMethods {
    static plus(self, int at, items) {
        def all = self.toList()
        all.addAll(at, items instanceof Collection ? items : [items])
        all
    }

    static listIterator(self, int at) {
        def i = self.listIterator()
        if (at < 0 || at > self.size()) throw new IndexOutOfBoundsException("Index: $at".toString())
        while (at-- > 0) i.next()
        i
    }

    static clone(self) {
        def copy = self.getClass() == ArrayList ? new ArrayList() : self.getClass().newInstance()
        copy.addAll(self)
        copy
    }

    static trimToSize(self) { null }

    static ensureCapacity(self, int n) { null }

    static search(self, x) {
        int at = self.lastIndexOf(x)
        at < 0 ? -1 : self.size() - at
    }

    static descendingIterator(self) { self.reverse().iterator() }

    static removeFirstOccurrence(self, x) { self.removeElement(x) }

    static removeLastOccurrence(self, x) {
        int at = self.lastIndexOf(x)
        if (at >= 0) self.removeAt(at)
        at >= 0
    }

    static containsWithinBounds(self, x) { self.contains(x) }

    static withDefault(self, Closure c) { self.toList().withDefault(c) }

    static replaceAll(self, Closure c) {
        for (int i = 0; i < self.size(); i++) self.set(i, c.call(self.get(i)))
        null
    }

    static step(self, int by) {
        def items = self.toList(), result = []
        if (by == 0) throw new groovy.lang.GroovyRuntimeException("Infinite loop detected due to step size of 0")
        if (by < 0) items = items.reverse()
        for (int i = 0; i < items.size(); i += by.abs()) result.add(items.get(i))
        result
    }
}

class ObjectArrayMethods {
    static swap(self, int i, int j) {
        def x = self[i]
        self[i] = self[j]
        self[j] = x
        self
    }

    static toArrayString(self) { self.toString() }
}

class RangeMethods {
    static containsWithinBounds(self, x) {
        self.contains(x) || x instanceof Comparable && !(self instanceof IntRange) && self.from <= x && x <= self.to
    }

    static withDefault(self, Closure c) { self.toList().withDefault(c) }

    static withEagerDefault(self, Closure c) { self.toList().withEagerDefault(c) }

    static withLazyDefault(self, Closure c) { self.toList().withLazyDefault(c) }

    static step(self, int by, Closure c) {
        for (x in self.step(by)) c.call(x)
        null
    }

    static each(self, Closure c) {
        for (x in self) c.call(x)
        self
    }
}

class SetMethods {
    static $emptySet(self) { self instanceof SortedSet ? new TreeSet(self.comparator()) : new LinkedHashSet() }

    static findAll(self) {
        self.findAll { it }
    }

    static findAll(self, Closure c) {
        def result = self.$emptySet()
        for (x in self) if (c.call(x)) result.add(x)
        result
    }

    static grep(self) { self.findAll { it } }

    static grep(self, filter) {
        def result = self.$emptySet()
        for (x in self) if (x in filter) result.add(x)
        result
    }

    static clone(self) {
        def result = self.getClass() == HashSet ? new HashSet() : self.$emptySet()
        result.addAll(self)
        result
    }

    static multiply(self, Number n) {
        def result = self.$emptySet()
        result.addAll(self)
        result
    }

    static removeElement(self, x) { self.remove(x) }

    static split(self, Closure c) {
        def yes = new LinkedHashSet(), no = new LinkedHashSet()
        for (x in self) (c.call(x) ? yes : no).add(x)
        [yes, no]
    }
}
