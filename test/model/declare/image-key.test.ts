import { describe, expect, it } from 'vitest'
import { imageKey, NO_IMAGE, tracksLatest } from '../../../src/model/declare/image-key.ts'
import type { ImageReference } from '../../../src/model/scale-set.ts'

const GALLERY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/Gal/images/App'

describe('imageKey', () => {
  it.each<{ reference: ImageReference | undefined; key: string; latest: boolean }>([
    { reference: { id: `${GALLERY}/versions/1.6.2` }, key: 'Gal/App/1.6.2', latest: false },
    { reference: { id: GALLERY }, key: 'Gal/App', latest: true },
    { reference: { id: `${GALLERY}/versions/latest` }, key: 'Gal/App', latest: false },
    {
      reference: { id: GALLERY.replace('galleries', 'Galleries').replace('images', 'Images') },
      key: 'Gal/App',
      latest: true,
    },
    { reference: { id: 'Gal/App/1.6.2' }, key: 'Gal/App/1.6.2', latest: false },
    { reference: { id: 'Gal/App/versions/1.6.2' }, key: 'Gal/App/1.6.2', latest: false },
    { reference: { id: 'Gal/App/versions/latest' }, key: 'Gal/App', latest: false },
    { reference: { id: 'Gal/App/Versions/Latest/' }, key: 'Gal/App', latest: false },
    { reference: { id: 'Gal/App' }, key: 'Gal/App', latest: true },
    {
      reference: { sharedGalleryImageId: '/sharedGalleries/U.1P/images/D/versions/2.0.0' },
      key: 'U.1P/D/2.0.0',
      latest: false,
    },
    {
      reference: { sharedGalleryImageId: '/sharedGalleries/U.1P/images/D/versions/latest' },
      key: 'U.1P/D',
      latest: true,
    },
    {
      reference: { communityGalleryImageId: '/CommunityGalleries/P/Images/D/Versions/1.0.0' },
      key: 'P/D/1.0.0',
      latest: false,
    },
    {
      reference: { publisher: 'Canonical', offer: 'jammy', sku: 'lts', version: '22.04.1' },
      key: 'Canonical/jammy/lts/22.04.1',
      latest: false,
    },
    {
      reference: { publisher: 'Canonical', offer: 'jammy', sku: 'lts', version: 'Latest' },
      key: 'Canonical/jammy/lts/latest',
      latest: true,
    },
    {
      reference: { publisher: 'Canonical', offer: 'jammy', sku: 'lts' },
      key: 'Canonical/jammy/lts/latest',
      latest: true,
    },
    {
      reference: { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/golden' },
      key: 'images/golden',
      latest: false,
    },
    { reference: undefined, key: NO_IMAGE, latest: false },
  ])('$reference -> $key', ({ reference, key, latest }) => {
    expect(imageKey(reference)).toBe(key)
    expect(tracksLatest(reference)).toBe(latest)
  })
})
