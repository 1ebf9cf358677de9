package mall.product;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class CatalogueTest {
    private final Catalogue catalogue = Catalogue.sample();

    @Test
    public void orderTakesFromStock() {
        assertTrue(catalogue.order(3, 2));
        assertEquals(3, catalogue.find(3).get().stock());
    }

    @Test
    public void orderOfTooManyChangesNothing() {
        assertFalse(catalogue.order(3, 6));
        assertEquals(5, catalogue.find(3).get().stock());
    }

    @Test
    public void unknownProductCannotBeOrdered() {
        assertFalse(catalogue.order(99, 1));
        assertFalse(catalogue.find(99).isPresent());
    }

    @Test(expected = IllegalArgumentException.class)
    public void idsAreUnique() {
        catalogue.add(new Product(1, "手机", 1, 1));
    }
}
