// Methods of sorted maps and sets. What Java gives as views are copies here.

class SortedMapMethods {
    static part(self, Closure wanted) {
        def result = new TreeMap(self.comparator())
        for (e in self) if (wanted(e.key)) result.put(e.key, e.value)
        result
    }

    static order(self, a, b) { self.comparator() ? self.comparator().compare(a, b) : a <=> b }

    static headMap(self, to) { self.part { self.order(it, to) < 0 } }

    static headMap(self, to, boolean inclusive) { self.part { self.order(it, to) < (inclusive ? 1 : 0) } }

    static tailMap(self, from) { self.part { self.order(it, from) >= 0 } }

    static tailMap(self, from, boolean inclusive) { self.part { self.order(it, from) >= (inclusive ? 0 : 1) } }

    static subMap(self, from, to) { self.part { self.order(it, from) >= 0 && self.order(it, to) < 0 } }

    static descendingMap(self) {
        def result = new TreeMap({ a, b -> self.order(b, a) })
        for (e in self) result.put(e.key, e.value)
        result
    }

    static descendingKeySet(self) { new ArrayList(self.keySet()).reverse() as LinkedHashSet }

    static floorKey(self, key) { last(self.keySet().findAll { self.order(it, key) <= 0 }) }

    static lowerKey(self, key) { last(self.keySet().findAll { self.order(it, key) < 0 }) }

    static ceilingKey(self, key) { self.keySet().find { self.order(it, key) >= 0 } }

    static higherKey(self, key) { self.keySet().find { self.order(it, key) > 0 } }

    private static last(keys) { keys ? new ArrayList(keys).get(keys.size() - 1) : null }
}

class SortedSetMethods {
    static part(self, Closure wanted) {
        def result = new TreeSet(self.comparator())
        for (x in self) if (wanted(x)) result.add(x)
        result
    }

    static order(self, a, b) { self.comparator() ? self.comparator().compare(a, b) : a <=> b }

    static headSet(self, to) { self.part { self.order(it, to) < 0 } }

    static headSet(self, to, boolean inclusive) { self.part { self.order(it, to) < (inclusive ? 1 : 0) } }

    static tailSet(self, from) { self.part { self.order(it, from) >= 0 } }

    static tailSet(self, from, boolean inclusive) { self.part { self.order(it, from) >= (inclusive ? 0 : 1) } }

    static subSet(self, from, to) { self.part { self.order(it, from) >= 0 && self.order(it, to) < 0 } }

    static descendingSet(self) {
        def result = new TreeSet({ a, b -> self.order(b, a) })
        for (x in self) result.add(x)
        result
    }

    static descendingIterator(self) { new ArrayList(self).reverse().iterator() }

    static floor(self, key) { last(self.findAll { self.order(it, key) <= 0 }) }

    static lower(self, key) { last(self.findAll { self.order(it, key) < 0 }) }

    static ceiling(self, key) { for (x in self) if (self.order(x, key) >= 0) return x }

    static higher(self, key) { for (x in self) if (self.order(x, key) > 0) return x }

    static pollFirst(self) {
        if (self.isEmpty()) return null
        def x = self.first()
        self.remove(x)
        x
    }

    static pollLast(self) {
        if (self.isEmpty()) return null
        def x = self.last()
        self.remove(x)
        x
    }

    private static last(keys) { keys ? new ArrayList(keys).get(keys.size() - 1) : null }
}
