/** What Resource Manager answers instead of a document. `status` is that of HTTP; the body alone is shown. */
export interface AzureError {
  readonly error: { readonly code: string; readonly message: string }
}

/** 404. ARM shapes, section 3. */
export const notFound = (message: string): AzureError => ({ error: { code: 'NotFound', message } })

/** 409, as for everything that exists and cannot be done. ARM shapes, section 3. */
export const notAllowed = (message: string): AzureError => ({ error: { code: 'OperationNotAllowed', message } })

/** Told from a status that holds an error among other things: there the error is below `properties`. */
export function isAzureError(document: unknown): document is AzureError {
  return typeof document === 'object' && document !== null && 'error' in document && !('status' in document)
}
