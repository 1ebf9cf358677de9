// Methods of sorted maps and sets. What Java gives as views are copies here: a change of headMap() does not
// reach the map. All walk the keys, O(n), where a tree would take O(log n).

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

    static subMap(self, from, boolean low, to, boolean high) {
        self.part { self.order(it, from) >= (low ? 0 : 1) && self.order(it, to) < (high ? 1 : 0) }
    }

    static $entry(self, key) { key == null ? null : self.entrySet().find { it.key == key } }

    static firstEntry(self) { self.isEmpty() ? null : self.$entry(self.firstKey()) }

    static lastEntry(self) { self.isEmpty() ? null : self.$entry(self.lastKey()) }

    static floorEntry(self, key) { self.$entry(self.floorKey(key)) }

    static lowerEntry(self, key) { self.$entry(self.lowerKey(key)) }

    static ceilingEntry(self, key) { self.$entry(self.ceilingKey(key)) }

    static higherEntry(self, key) { self.$entry(self.higherKey(key)) }

    static pollFirstEntry(self) {
        def e = self.firstEntry()
        if (e != null) self.remove(e.key)
        e
    }

    static pollLastEntry(self) {
        def e = self.lastEntry()
        if (e != null) self.remove(e.key)
        e
    }

    static navigableKeySet(self) { self.keySet() }

    static descendingKeySet(self) { new ArrayList(self.keySet()).reverse() as LinkedHashSet }

    static floorKey(self, key) { self.$last(self.keySet().findAll { self.order(it, key) <= 0 }) }

    static lowerKey(self, key) { self.$last(self.keySet().findAll { self.order(it, key) < 0 }) }

    static ceilingKey(self, key) { self.keySet().find { self.order(it, key) >= 0 } }

    static higherKey(self, key) { self.keySet().find { self.order(it, key) > 0 } }

    static $last(self, keys) { keys ? new ArrayList(keys).get(keys.size() - 1) : null }
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

    static floor(self, key) { self.$last(self.findAll { self.order(it, key) <= 0 }) }

    static lower(self, key) { self.$last(self.findAll { self.order(it, key) < 0 }) }

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

    static $last(self, keys) { keys ? new ArrayList(keys).get(keys.size() - 1) : null }
}
